"""Finds what is wrong in a catalogue that can be read: each finding with file and id.

The reader rejects what has no meaning at all (a missing field, an unknown word); the lint finds
what reads well and still cannot work: a broken reference, a level that says nothing, a rule that
never fires.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from steiger.engines.audit.catalogue.lint_rules import rule_problems
from steiger.engines.audit.catalogue.types import (
    Catalogue,
    DatedRule,
    Level,
    Method,
    Question,
    Reference,
    Source,
)
from steiger.engines.audit.catalogue.words import Text


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        file: where to mend it; "" where the catalogue came from no files.
        id: the entry.
        kind: for example ``broken_id``; stable, so that others can count.
    """

    file: str
    id: str
    kind: str
    message: str


Problem = tuple[str, str, str]


def lint(catalogue: Catalogue, *, checks: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong, ordered by file and id.

    Args:
        catalogue: what to look at.
        checks: ids of the checks that exist; None if that is not to be looked at.
    """
    problems: list[Problem] = []
    for look in LOOKS:
        problems += look(catalogue)
    if checks is not None:
        problems += _unknown_checks(catalogue, checks)
    found = {Finding(catalogue.files.get(key, ""), key, kind, text) for key, kind, text in problems}
    return tuple(sorted(found))


def _repeated(catalogue: Catalogue) -> Iterator[Problem]:
    use = catalogue.use
    families: tuple[Iterable[str], ...] = (
        [item.id for item in catalogue.dimensions]
        + [item.id for item in catalogue.criteria]
        + [item.id for item in catalogue.indicators],
        [item.id for item in (*catalogue.questions, *(use.questions if use else ()))],
        [item.id for item in catalogue.need_rules] + [item.id for item in catalogue.dated_rules],
        [item.check for item in catalogue.methods],
        [item.id for item in catalogue.sources],
    )
    for family in families:
        for key, count in Counter(family).items():
            if count > 1:
                yield key, "repeated_id", f"the id stands {count} times"


def _structure(catalogue: Catalogue) -> Iterator[Problem]:
    dimensions = {item.id for item in catalogue.dimensions}
    criteria = {item.id for item in catalogue.criteria}
    for criterion in catalogue.criteria:
        if criterion.dimension not in dimensions:
            yield criterion.id, "broken_id", f"there is no dimension {criterion.dimension!r}"
        if not catalogue.indicators_of(criterion.id):
            yield criterion.id, "empty", "the criterion has no indicator"
    for dimension in catalogue.dimensions:
        if not catalogue.criteria_of(dimension.id):
            yield dimension.id, "empty", "the dimension has no criterion"
        if catalogue.need_rules and all(r.dimension != dimension.id for r in catalogue.need_rules):
            yield dimension.id, "empty", "no rule ever gives the dimension a protection need"
    for indicator in catalogue.indicators:
        if indicator.criterion not in criteria:
            yield indicator.id, "broken_id", f"there is no criterion {indicator.criterion!r}"


def _levels(catalogue: Catalogue) -> Iterator[Problem]:
    for indicator in catalogue.indicators:
        seen: dict[str, str] = {}
        for level in sorted(Level, reverse=True):
            text = " ".join(indicator.describe(level).de.split()).casefold()
            if not text:
                yield indicator.id, "empty_level", f"level {level.name} is not described"
            elif text in seen:
                told = f"levels {seen[text]} and {level.name} say the same"
                yield indicator.id, "repeated_level", told
            else:
                seen[text] = level.name


def _evidence(catalogue: Catalogue) -> Iterator[Problem]:
    kinds = {kind.id for kind in catalogue.evidence}
    for indicator in catalogue.indicators:
        for key in indicator.evidence:
            if key not in kinds:
                yield indicator.id, "broken_id", f"there is no kind of evidence {key!r}"
        if not indicator.evidence and not catalogue.methods_for(indicator.id):
            yield indicator.id, "no_evidence", "neither a document nor a check can show it"
        if indicator.kind == "test" and not catalogue.methods_for(indicator.id):
            yield indicator.id, "no_evidence", "it is to be tested, but no check tests it"


def _references(catalogue: Catalogue) -> Iterator[Problem]:
    sources = {source.id: source for source in catalogue.sources}
    referring: list[tuple[str, Reference]] = []
    for indicator in catalogue.indicators:
        referring += [(indicator.id, item) for item in indicator.references]
    for rule in catalogue.dated_rules:
        referring += [(rule.id, rule.article), (rule.id, rule.basis)]
    for key, item in referring:
        source = sources.get(item.source)
        if source is None:
            yield key, "broken_id", f"there is no source {item.source!r}"
        elif not known_place(source, item.id):
            yield key, "broken_id", f"{source.id} has no {item.id!r}, as far as the catalogue knows"


def known_place(source: Source, place: str) -> bool:
    """Whether a source has this place, as far as its list or its shapes say."""
    if source.ids:
        return place in source.ids
    return not source.shapes or any(_fits(shape, place) for shape in source.shapes)


def _fits(shape: str, place: str) -> bool:
    # Possessive: no shape makes the search go back, however it is written.
    parts = {"#": "[0-9]++", "@": "[a-z]"}
    return re.fullmatch("".join(parts.get(x) or re.escape(x) for x in shape), place) is not None


def _methods(catalogue: Catalogue) -> Iterator[Problem]:
    indicators = {item.id for item in catalogue.indicators}
    for method in catalogue.methods:
        if not method.indicators:
            yield method.check, "empty", "the check gives evidence for no indicator"
        for key in method.indicators:
            if key not in indicators:
                yield method.check, "broken_id", f"there is no indicator {key!r}"
        if _idle(catalogue, method):
            told = (
                f"compulsory, but its indicator {method.indicators[0]} is not, so it caps nothing"
            )
            yield method.check, "without_effect", told
        for figure in method.figures:
            stricter = figure.high - figure.moderate
            if (stricter if figure.better == "below" else -stricter) > 0:
                told = f"{figure.name}: the threshold for high need is laxer than for moderate need"
                yield method.check, "threshold_order", told


def _idle(catalogue: Catalogue, method: Method) -> bool:
    first = method.indicators[:1]
    behind = [item for item in catalogue.indicators if (item.id,) == first]
    return bool(behind) and (
        method.compulsory_from is not None and not behind[0].compulsory(method.compulsory_from)
    )


def _conflicts(catalogue: Catalogue) -> Iterator[Problem]:
    dimensions = {item.id for item in catalogue.dimensions}
    methods = {item.check for item in catalogue.methods}
    for conflict in catalogue.conflicts:
        for side in (conflict.first, conflict.second):
            if side.dimension not in dimensions:
                yield conflict.id, "broken_id", f"there is no dimension {side.dimension!r}"
            for key in side.checks:
                if key not in methods:
                    yield conflict.id, "broken_id", f"there is no check {key!r}"


def _dates(catalogue: Catalogue) -> Iterator[Problem]:
    sources = {source.id: source for source in catalogue.sources}
    rules = {rule.id: rule for rule in catalogue.dated_rules}
    for source in catalogue.sources:
        if source.published > catalogue.day:
            yield source.id, "date_order", "published after the date of the catalogue"
    for rule in catalogue.dated_rules:
        basis = sources.get(rule.basis.source)
        if basis and rule.applies_from < basis.published:
            yield rule.id, "date_order", f"applies before {basis.id} was published"
        if rule.replaces in rules:
            yield from _moved(rule, rules[rule.replaces], sources)
        elif rule.replaces:
            yield rule.id, "broken_id", f"there is no rule {rule.replaces!r}"


def _moved(rule: DatedRule, before: DatedRule, sources: dict[str, Source]) -> Iterator[Problem]:
    basis, earlier = sources.get(rule.basis.source), sources.get(before.basis.source)
    if basis and earlier and basis.published <= earlier.published:
        yield rule.id, "date_order", f"its basis is no later than that of {before.id}"
    if rule.applies_from == before.applies_from:
        yield rule.id, "date_order", f"replaces {before.id}, but moves no day"


def _followed(catalogue: Catalogue) -> Iterator[Problem]:
    rules = {rule.id for rule in catalogue.dated_rules}
    wanted = [(item.id, item.follows) for item in catalogue.contents]
    if catalogue.use:
        use = catalogue.use
        first = use.questions[0].id if use.questions else ""
        wanted += [(item.id, item.rule) for item in use.classes]
        for way in (use.prohibited, use.product, use.way_out, use.transparency):
            wanted.append((first, way.rule))
    for key, name in wanted:
        if name not in rules:
            yield key, "broken_id", f"there is no rule {name!r}"


def _translations(catalogue: Catalogue) -> Iterator[Problem]:
    for key, what, text in texts(catalogue):
        if not text.de:
            # An empty level has a finding of its own.
            if not what.startswith("level"):
                yield key, "empty_text", f"{what} has no German text"
        elif not text.en:
            yield key, "missing_translation", f"{what} has no English text"


def texts(catalogue: Catalogue) -> Iterator[tuple[str, str, Text]]:
    """Every text with the id of its entry and what it is."""
    yield catalogue.id, "title", catalogue.title
    for dimension in catalogue.dimensions:
        yield dimension.id, "title", dimension.title
        yield dimension.id, "purpose", dimension.purpose
    titled: list[tuple[str, Text]] = [(item.id, item.title) for item in catalogue.criteria]
    titled += [(item.id, item.title) for item in catalogue.evidence]
    titled += [(item.id, item.title) for item in catalogue.dated_rules]
    titled += [(item.id, item.title) for item in catalogue.contents]
    titled += [(item.id, item.title) for item in catalogue.indicators]
    titled += [(item.id, item.title) for item in (catalogue.use.classes if catalogue.use else ())]
    for key, text in titled:
        yield key, "title", text
    for method in catalogue.methods:
        yield method.check, "title", method.title
    for indicator in catalogue.indicators:
        for level in Level:
            yield indicator.id, f"level {level.name}", indicator.describe(level)
    for rule in catalogue.need_rules:
        yield rule.id, "reason", rule.reason
    for conflict in catalogue.conflicts:
        yield conflict.id, "why", conflict.why
    questions: tuple[Question, ...] = catalogue.questions
    for question in (*questions, *(catalogue.use.questions if catalogue.use else ())):
        yield question.id, "text", question.text
        for answer in question.answers:
            yield question.id, f"answer {answer.id}", answer.text


def _unused(catalogue: Catalogue) -> Iterator[Problem]:
    used = {key for indicator in catalogue.indicators for key in indicator.evidence}
    for kind in catalogue.evidence:
        if kind.id not in used:
            yield kind.id, "unused", "no indicator asks for this kind of evidence"
    cited = {item.source for indicator in catalogue.indicators for item in indicator.references}
    cited |= {rule.article.source for rule in catalogue.dated_rules}
    cited |= {rule.basis.source for rule in catalogue.dated_rules}
    for source in catalogue.sources:
        if source.id not in cited:
            yield source.id, "unused", "nothing refers to this source"


def _unknown_checks(catalogue: Catalogue, checks: Collection[str]) -> Iterator[Problem]:
    for method in catalogue.methods:
        if method.check not in checks:
            yield method.check, "unknown_check", "no such check is installed"


LOOKS = (
    _repeated,
    _structure,
    _levels,
    _evidence,
    _references,
    _methods,
    _conflicts,
    rule_problems,
    _dates,
    _followed,
    _translations,
    _unused,
)
