"""What pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steiger.engines.audit.catalogue import Catalogue, Level, own_catalogue
from steiger.engines.audit.report import Chapters, Table
from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.models import RoleName, User
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.reporting import name_of
from steiger.web.audits.domain.standing import catalogue_of, final_level, unrated, unshown
from steiger.web.audits.interfaces.log_words import ACTS
from steiger.web.audits.interfaces.words import (
    NEEDS,
    NOT_APPLICABLE,
    VERDICTS,
    demanded,
    level_word,
    reached,
    said,
)
from steiger.web.audits.models import Assignment, Audit, Certificate, ChainEntry, Rating

States, Part = Audit.State, Assignment.Part
FULL: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Describe the system"), ()),
    (_("Protection need"), (States.DESCRIBED,)),
    (_("Self-rating with evidence"), (States.RATING,)),
    (_("Examiner takes over"), (States.SUBMITTED,)),
    (_("Tests and examiner's rating"), (States.EXAMINING,)),
    (_("Second pair of eyes"), (States.SECOND,)),
    (_("Applicant's statement"), (States.STATEMENT,)),
    (_("Decision"), (States.DECISION,)),
    (_("Certificate"), (States.PASSED, States.FAILED)),
)
SELF = (*FULL[:3], (_("Profile of levels"), (States.PROFILE,)))
#: Who must act, and what is next.
NEXT: dict[str, str | Promise] = {
    States.DESCRIBED: _("The applicant answers the questions on the protection need."),
    States.RATING: _("The applicant rates the indicators, adds evidence and hands in."),
    States.SUBMITTED: _("An independent examiner takes the examination."),
    States.EXAMINING: _("The examiner has tests run, rates every indicator and finishes."),
    States.SECOND: _("A second independent examiner checks the ratings."),
    States.STATEMENT: _("The applicant may state something on the ratings."),
    States.DECISION: _("Somebody who did not examine first decides."),
    States.PASSED: _("Nothing; surveillance takes place on the day named in the register."),
    States.FAILED: _("Nothing; whoever mends what fell short may apply anew."),
    States.PROFILE: _("Nothing; the profile below shows levels and gaps."),
    States.DROPPED: _("Nothing; it is taken back."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``place`` is done, now or ahead."""

    title: str | Promise
    place: str


def steps(audit: Audit) -> list[Step]:
    """The way, and how far it is gone; the second pair of eyes only where it is needed."""
    way = SELF if audit.kind == Audit.Kind.SELF else FULL
    if audit.needs and not audit.high:
        way = tuple(step for step in way if States.SECOND not in step[1])
    here = next((n for n, (_t, states) in enumerate(way) if audit.state in states), -1)
    over = audit.state in {States.PASSED, States.FAILED, States.PROFILE}
    found = []
    for number, (title, _states) in enumerate(way):
        place = "done" if number < here or (over and number == here) else "ahead"
        found.append(Step(title, "now" if number == here and not over else place))
    return found


def need_lines(audit: Audit) -> list[tuple[str, Any, str]]:
    """Title of a dimension, its need, its id."""
    return [
        (said(d.title), NEEDS.get(audit.needs.get(d.id, ""), _("open")), d.id)
        for d in own_catalogue().dimensions
    ]


def audit_context(audit: Audit, user: User | None) -> dict[str, Any]:
    """Everything that the page of one examination shows; without a user, only to read."""
    key = user.pk if user is not None else -1
    mine = audit.applicant_id == key
    parts = {one.part: one for one in audit.assignments.select_related("examiner")}
    my_part = next((part for part, one in parts.items() if one.examiner_id == key), "")
    decides = my_part and my_part == (Part.SECOND if Part.SECOND in parts else Part.DECISION)
    editing = mine and audit.state in {States.DESCRIBED, States.RATING}
    examining = my_part == Part.FIRST and audit.state == States.EXAMINING
    second = my_part == Part.SECOND and audit.state == States.SECOND
    context = {
        "audit": audit,
        "steps": steps(audit),
        "next": NEXT[audit.state],
        "mine": mine,
        "editing": editing,
        "rates": (editing and audit.state == States.RATING) or examining or second,
        "can_add": editing or examining,
        "can_measure": examining
        or (editing and audit.kind == Audit.Kind.SELF and audit.state == States.RATING),
        "examining": examining,
        "second": second,
        "my_part": my_part
        if (examining or second or (decides and audit.state == States.DECISION))
        else "",
        "decides": decides and audit.state == States.DECISION,
        "states": mine and audit.state == States.STATEMENT,
        "droppable": mine
        and audit.state not in {States.PASSED, States.FAILED, States.PROFILE, States.DROPPED},
        "assignments": parts.values(),
        "needs": need_lines(audit),
        "certificate": Certificate.objects.filter(audit=audit).first(),
        "rating_view": "audits:examine" if examining or second else "audits:rating",
        "reads": user is None,
        "runs": audit.runs.all()[:5],
        "testing": audit.runs.filter(state__in=("waiting", "running")).exists(),
    }
    if user is None:
        context["rating_view"] = "audits:example_rating"
    return context | _progress(audit, examining=examining) | result_context(audit)


def _progress(audit: Audit, *, examining: bool) -> dict[str, Any]:
    """How many indicators of each dimension are rated, at the stage that is on."""
    if not audit.needs:
        return {"dimensions": []}
    try:
        catalogue = catalogue_of(audit)
    except RefusedError as error:
        return {"dimensions": [], "catalogue_error": error.detail}
    stage = Rating.Stage.SELF if audit.state == States.RATING else Rating.Stage.EXAMINER
    missing = set(unrated(audit, catalogue, stage))
    found = []
    for dimension in catalogue.dimensions:
        if audit.needs.get(dimension.id) == "none":
            continue
        every = {i.id for i in catalogue.indicators if catalogue.dimension_of(i) == dimension.id}
        need = NEEDS[audit.needs[dimension.id]]
        row = (dimension.id, said(dimension.title), need, len(every - missing), len(every))
        found.append(row)
    bare = unshown(audit) if audit.state == States.RATING and audit.kind == Audit.Kind.FULL else []
    names = _names(catalogue)
    lacking = [(one, names[one], _dimension(catalogue, one)) for one in sorted(set(bare) - missing)]
    return {
        "dimensions": found,
        "complete": not missing and not bare,
        "unrated": len(missing),
        "bare": lacking,
    }


def result_context(audit: Audit) -> dict[str, Any]:
    """What the verdict engine said, in words."""
    result = audit.result
    if result is None:
        return {"result": None}
    catalogue = own_catalogue()
    names = _names(catalogue)
    gaps = [
        {
            "name": names.get(one["id"], one["id"]),
            "level": level_word(one["level"]),
            "reasons": [said(cap["reason"]) for cap in one["caps"]],
            "id": one["id"],
        }
        for one in result["indicators"]
        if one["level"] == "D" and audit.needs.get(_dimension(catalogue, one["id"])) != "none"
    ]
    return {
        "result": result,
        "levels": [
            {
                "name": names.get(one["id"], one["id"]),
                "need": NEEDS[one["need"]],
                "level": reached(one["need"], one["level"]),
                "demanded": demanded(one["need"], one["demanded"]),
                "passed": one["passed"],
                "held_by": [names.get(key, key) for key in one["held_by"]],
            }
            for one in result["dimensions"]
        ],
        "requirements": [
            {
                "name": names.get(one["indicator"], one["indicator"]),
                "check": names.get(one["check"], one["check"]),
                "verdict": VERDICTS[one["verdict"]],
                "key": one["verdict"],
                "reason": said(one["reason"]),
            }
            for one in result["requirements"]
        ],
        "conflicts": [(said(one["text"]), one["sharp"]) for one in result["conflicts"]],
        "gaps": gaps,
    }


def _names(catalogue: Catalogue) -> dict[str, str]:
    found = {item.id: said(item.title) for item in catalogue.dimensions}
    found |= {item.id: said(item.title) for item in catalogue.criteria}
    found |= {item.check: said(item.title) for item in catalogue.methods}
    return found | {item.id: said(item.title) for item in catalogue.indicators}


def _dimension(catalogue: Catalogue, indicator: str) -> str:
    for item in catalogue.indicators:
        if item.id == indicator:
            return catalogue.dimension_of(item)
    return ""


def ratings_of(audit: Audit, stage: str) -> Mapping[str, Rating]:
    """Indicator → rating of a stage."""
    return {one.indicator: one for one in audit.ratings.filter(stage=stage)}


def rating_context(audit: Audit, dimension: str, view: str = "audits:rating") -> dict[str, Any]:
    """The indicators of one dimension with all that was said of them.

    Raises:
        RefusedError: the catalogue is another one, or has no such dimension.
    """
    catalogue = catalogue_of(audit)
    order = [d.id for d in catalogue.dimensions if audit.needs.get(d.id, "none") != "none"]
    if dimension not in order:
        raise RefusedError("answers", dimension)
    found = next(d for d in catalogue.dimensions if d.id == dimension)
    indicators = [i for i in catalogue.indicators if catalogue.dimension_of(i) == dimension]
    stages = {stage: ratings_of(audit, stage) for stage in Rating.Stage.values}
    files = list(audit.evidence.all())
    after = order[order.index(dimension) + 1 :]
    url = reverse(view, args=[audit.pk, after[0]]) if after else audit.get_absolute_url()
    return {
        "audit": audit,
        "dimension": found,
        "title": said(found.title),
        "purpose": said(found.purpose),
        "indicators": indicators,
        "next_url": url,
        "rows": [_row(catalogue, item, stages, files) for item in indicators],
    }


def _row(
    catalogue: Catalogue, item: Any, stages: dict[str, Mapping[str, Rating]], files: list[Any]
) -> Any:
    kinds = {kind.id: said(kind.title) for kind in catalogue.evidence}
    first = stages[Rating.Stage.EXAMINER].get(item.id)
    second = stages[Rating.Stage.SECOND].get(item.id)
    final = final_level(first.level, second.level if second else None) if first else None
    return {
        "id": item.id,
        "title": said(item.title),
        "files": [file.name for file in files if item.id in file.indicators],
        "levels": [(level.name, said(item.describe(level))) for level in reversed(Level)],
        "evidence": [kinds[key] for key in item.evidence],
        "said": [
            (one.get_stage_display(), level_word(one.level), one.reason)
            for ratings in stages.values()
            if (one := ratings.get(item.id))
        ],
        "counts": (final or NOT_APPLICABLE) if second else "",
    }


def chain_lines(audit: Audit) -> list[dict[str, Any]]:
    """The chain in words."""
    return [
        {
            "number": entry.number,
            "at": entry.at,
            "act": ACTS.get(entry.act, entry.act),
            "role": entry.as_role,
            "digest": entry.digest[:16],
            "previous": entry.previous[:16],
        }
        for entry in ChainEntry.objects.filter(audit_key=audit.pk).order_by("number")
    ]


def certificate_context(certificate: Certificate, user: Any) -> dict[str, Any]:
    """One certificate in words; its levels are read from what was signed."""
    import json

    document = json.loads(bytes(certificate.content))
    subject = document["credentialSubject"]
    names = _names(own_catalogue())
    return {
        "certificate": certificate,
        "actor": _shown_actor(certificate.audit),
        "now": timezone.now(),
        "notice": said(subject["notice"]),
        "catalogue": subject["catalogue"],
        "outcome": [
            {
                "name": names.get(one["dimension"], one["dimension"]),
                "need": NEEDS[one["need"]],
                "level": reached(one["need"], one["level"]),
                "demanded": demanded(one["need"], one["demanded"]),
            }
            for one in subject["outcome"]
        ],
        "verdicts": [(VERDICTS[key], count) for key, count in subject["verdicts"].items()],
        "files": subject["files"],
        "examiner": may(user, RoleName.EXAMINER),
        "overdue": certificate.surveillance_due < timezone.localdate(),
    }


def _shown_actor(audit: Audit) -> Any:
    """The applicant's entry on the map, while it is published."""
    actor = audit.actor
    return actor if actor is not None and actor.state == actor.State.PUBLISHED else None


def report_context(audit: Audit, chapters: Chapters, *, reads: bool) -> dict[str, Any]:
    """The report in chapters; numbers of evidence lead to the files that are kept here."""
    view, page = ("example_file", "example") if reads else ("file", "audit")
    kept = {
        name_of(file): reverse(f"audits:{view}", args=[audit.pk, file.number])
        for file in audit.evidence.all()
    }
    numbers = {name: number for number, name in enumerate(chapters.evidence, start=1)}
    parts = [
        {
            "title": chapter.title,
            "level": chapter.level,
            "blocks": [
                {
                    "table": block,
                    "rows": [list(zip(block.columns, row, strict=True)) for row in block.rows],
                }
                if isinstance(block, Table)
                else {"text": block.text, "notes": [numbers[name] for name in block.evidence]}
                for block in chapter.blocks
            ],
        }
        for chapter in chapters.chapters
    ]
    return {
        "audit": audit,
        "reads": reads,
        "report": chapters,
        "parts": parts,
        "sources": [(number, name, kept.get(name, "")) for name, number in numbers.items()],
        "back": reverse(f"audits:{page}", args=[audit.pk]),
        "pdf": reverse(f"audits:{'example_' if reads else ''}report_pdf", args=[audit.pk]),
        "oscal": reverse(f"audits:{'example_' if reads else ''}report_oscal", args=[audit.pk]),
    }
