"""From an audit's results to chapters: every sentence with a figure leads to its evidence."""

from __future__ import annotations

from collections.abc import Iterable

from steiger.engines.audit.measurement import Better
from steiger.engines.audit.report.types import (
    AuditReport,
    Block,
    Chapter,
    Chapters,
    Level,
    Requirement,
    Ruled,
    Sentence,
    Table,
)
from steiger.engines.audit.report.words import NEEDS, TASKS, VERDICTS, Language, Text, figure

RESULTS = "results.json"
VERDICT = "verdict.json"
NOTICE = Text(
    "Dieser Prüfbericht ist keine Zertifizierung durch eine akkreditierte Stelle.",
    "This report is no certification by an accredited body.",
)
UNDECIDABLE = Text(
    "„Nicht entscheidbar“ ist eine eigene Antwort: Die Daten reichen nicht, um die Anforderung als "
    "erfüllt oder als nicht erfüllt zu bezeichnen. Sie zählt nicht als erfüllt.",
    "“Undecidable” is an answer of its own: the data do not suffice to call the requirement met or "
    "not met. It does not count as met.",
)


def compose(report: AuditReport, language: Language) -> Chapters:
    """The chapters of a report."""
    writer = _Writer(report, language)
    chapters = [
        writer.summary(),
        writer.levels(),
        writer.deviations(),
        *writer.requirements(),
        *writer.ratings(),
        *writer.closing(),
        writer.conflicts(),
        writer.method(),
        writer.inputs(),
    ]
    return Chapters(
        language=language,
        title=writer.say("Prüfbericht", "Audit report"),
        subtitle=f"{report.system} {report.version}".strip(),
        facts=writer.facts(),
        chapters=tuple(chapter for chapter in chapters if chapter.blocks),
        evidence=report.evidence,
    )


class _Writer:
    def __init__(self, report: AuditReport, language: Language) -> None:
        self.report, self.language = report, language

    def say(self, de: str, en: str) -> str:
        return en if self.language == "en" else de

    def figure(self, value: float) -> str:
        return figure(value, self.language)

    def facts(self) -> tuple[tuple[str, str], ...]:
        report, catalogue = self.report, self.report.catalogue
        facts = (
            (self.say("Antragsteller", "Applicant"), report.applicant),
            (
                self.say("Geprüft von", "Examined by"),
                report.examiner or self.say("Selbstprüfung", "Self-check"),
            ),
            (self.say("Stand", "As of"), report.date),
            (self.say("Aufgabe", "Task"), self._task()),
            (self.say("Gut für Betroffene", "Good for persons"), report.favourable),
            (
                self.say("Prüfkatalog", "Catalogue"),
                f"{catalogue.get('id', '')} {catalogue.get('version', '')}".strip(),
            ),
        )
        return tuple((name, value) for name, value in facts if value)

    def _task(self) -> str:
        known = TASKS.get(self.report.task)
        return known.of(self.language) if known else self.report.task

    # --- chapters ---------------------------------------------------------------------------------
    def summary(self) -> Chapter:
        met, violated, open_ = (self.report.count(verdict) for verdict in VERDICTS)
        total = len(self.report.requirements)
        counts = self.say(
            f"Von {total} Anforderungen sind {met} erfüllt, {violated} nicht erfüllt und {open_} "
            "nicht entscheidbar.",
            f"Of {total} requirements, {met} are met, {violated} are not met, and {open_} are "
            "undecidable.",
        )
        if total == 1:
            word = VERDICTS[self.report.requirements[0].verdict].of(self.language)
            counts = self.say(
                f"Die eine Anforderung ist {word}.", f"The one requirement is {word}."
            )
        blocks: list[Block] = [Sentence(counts, self._sources())]
        if self.report.passed is not None:
            passed = self.say(
                "Jede Dimension erreicht die Stufe, die ihr Schutzbedarf verlangt.",
                "Every dimension reaches the level that its protection need demands.",
            )
            failed = self.say(
                "Nicht jede Dimension erreicht die Stufe, die ihr Schutzbedarf verlangt.",
                "Not every dimension reaches the level that its protection need demands.",
            )
            blocks.append(Sentence(passed if self.report.passed else failed, self._sources()))
        if self.report.deviations:
            blocks.append(Sentence(self._deviating(), self._sources()))
        if open_:
            blocks.append(Sentence(UNDECIDABLE.of(self.language)))
        blocks.append(Sentence(NOTICE.of(self.language)))
        return Chapter(self.say("Zusammenfassung", "Summary"), 1, tuple(blocks))

    def _sources(self) -> tuple[str, ...]:
        if self.report.sources:
            return self.report.sources
        found = tuple(name for name in (VERDICT, RESULTS) if name in self.report.evidence)
        return found or self.report.evidence[:1]

    def _deviating(self) -> str:
        count = len(self.report.deviations)
        return self.say(
            f"Schwellen, die in dieser Prüfung anders gesetzt sind, als der Prüfkatalog verlangt: "
            f"{count}.",
            f"Thresholds that this audit set otherwise than the catalogue demands: {count}.",
        )

    def deviations(self) -> Chapter:
        head = (
            self.say("Kennzahl", "Figure"),
            self.say("Prüfung", "Check"),
            self.say("In dieser Prüfung", "In this audit"),
            self.say("Der Katalog verlangt", "The catalogue demands"),
        )
        title = self.say("Abweichende Schwellen", "Other thresholds")
        rows = tuple(
            (
                self._name(f"{one.check}/{one.name}"),
                self._name(one.check),
                self._side(one.better, one.threshold),
                self._side(one.better, one.demanded),
            )
            for one in self.report.deviations
        )
        blocks = (Sentence(self._deviating(), self._sources()), Table(title, head, rows))
        return Chapter(title, 1, blocks if rows else ())

    def _side(self, better: Better, value: float) -> str:
        """“at most 0.1”."""
        words = {
            "below": self.say("höchstens", "at most"),
            "above": self.say("mindestens", "at least"),
        }
        return f"{words[better]} {self.figure(value)}"

    def levels(self) -> Chapter:
        blocks: list[Block] = []
        if self.report.dimensions or self.report.criteria:
            text = self.say(
                "Die Stufen folgen nach fester Regel aus Urteilen und Bewertungen; eine gute "
                "Stufe gleicht keine schlechte aus.",
                "Levels follow from verdicts and ratings by a fixed rule; a good level makes up "
                "for no bad one.",
            )
            blocks.append(Sentence(text, self._sources()))
        if self.report.dimensions:
            blocks.append(
                Table(
                    self.say("Dimensionen", "Dimensions"),
                    (
                        self.say("Dimension", "Dimension"),
                        self.say("Schutzbedarf", "Protection need"),
                        self.say("Erreicht", "Reached"),
                        self.say("Verlangt", "Demanded"),
                        self.say("Bestimmt durch", "Held by"),
                    ),
                    tuple(self._dimension(level) for level in self.report.dimensions),
                )
            )
        if self.report.criteria:
            head = (self.say("Kriterium", "Criterion"), self.say("Stufe", "Level"))
            blocks.append(
                Table(
                    self.say("Kriterien", "Criteria"),
                    (*head, self.say("Bestimmt durch", "Held by")),
                    tuple(
                        (self._name(c.id), self._level(c), self._names(c.held_by))
                        for c in self.report.criteria
                    ),
                )
            )
        return Chapter(self.say("Stufen", "Levels"), 1, tuple(blocks))

    def _dimension(self, level: Level) -> tuple[str, ...]:
        need = NEEDS[level.need].of(self.language) if level.need else "–"
        if level.need == "none":
            # Nobody looked where nothing needs protection; that is no level D.
            return self._name(level.id), need, self.say("nicht geprüft", "not examined"), "–", "–"
        return (
            self._name(level.id),
            need,
            self._level(level),
            level.demanded or "–",
            self._names(level.held_by),
        )

    def _level(self, level: Level) -> str:
        return level.level or self.say("entfällt", "not applicable")

    def _name(self, identifier: str) -> str:
        return self.report.name(identifier, self.language)

    def _names(self, identifiers: Iterable[str]) -> str:
        # Ids alone: the names stand beside them in the other table, and a cell is narrow.
        return ", ".join(identifiers) or "–"

    def requirements(self) -> list[Chapter]:
        """One chapter for each verdict: what was not met first, then what stayed open."""
        titles = {
            "violated": self.say("Nicht erfüllt", "Not met"),
            "undecidable": self.say("Nicht entscheidbar", "Undecidable"),
            "met": self.say("Erfüllt", "Met"),
        }
        found = []
        for verdict, title in titles.items():
            ones = [r for r in self.report.requirements if r.verdict == verdict]
            if ones:
                blocks = (Sentence(UNDECIDABLE.of(self.language)),)
                found.append(Chapter(title, 1, blocks if verdict == "undecidable" else ()))
                found += [self._requirement(one) for one in ones]
        # A chapter without words of its own would be dropped with the empty ones.
        intro = self.say("Die Anforderungen im Einzelnen:", "The requirements one by one:")
        return [
            chapter if chapter.blocks else Chapter(chapter.title, 1, (Sentence(intro),))
            for chapter in found
        ]

    def _requirement(self, one: Requirement) -> Chapter:
        must = self.say("verpflichtend", "compulsory")
        may = self.say("freiwillig", "voluntary")
        head = f"{one.reason.of(self.language)} ({must if one.compulsory else may})"
        ruled = [r for r in self.report.rulings if r.measurement.check == one.check]
        sources = tuple(dict.fromkeys(n for r in ruled for n in r.measurement.evidence))
        blocks: list[Block] = [Sentence(head, sources or self._sources())]
        blocks += [Sentence(self._ruling(r), r.measurement.evidence) for r in ruled]
        indicator = self._name(one.indicator).rstrip(".")  # its title is a sentence
        return Chapter(f"{indicator}: {self._name(one.check)}", 2, tuple(blocks))

    def _ruling(self, ruled: Ruled) -> str:
        item = ruled.measurement
        said = self.report.names.get(f"{item.check}: {item.subject}")
        about = said.of(self.language) if said else item.subject
        name = self._name(f"{item.check}/{item.name}") + (f" ({about})" if about else "")
        level = f"{100 * item.level:g}"
        level = level.replace(".", ",") if self.language == "de" else level
        estimate, low, high = (self.figure(v) for v in (item.estimate, item.low, item.high))
        count = self.figure(item.count)
        side = self._side(item.better, item.threshold)
        text = self.say(
            f"{name}: {estimate}; {level}-%-Intervall {low} bis {high}, aus {count} "
            f"Beobachtungen; verlangt: {side}{self._instead(ruled)}.",
            f"{name}: {estimate}; {level}% interval {low} to {high}, from {count} "
            f"observations; demanded: {side}{self._instead(ruled)}.",
        )
        word = VERDICTS[ruled.verdict].of(self.language)
        return f"{text} {self.say('Urteil', 'Verdict')}: {word}. {ruled.reason.of(self.language)}"

    def _instead(self, ruled: Ruled) -> str:
        """What the catalogue demands, where that is something else."""
        item = ruled.measurement
        for one in self.report.deviations:
            if (one.check, one.name) == (item.check, item.name):
                theirs = self._side(one.better, one.demanded)
                return self.say(
                    f" (so in dieser Prüfung gesetzt; der Katalog verlangt {theirs})",
                    f" (as set in this audit; the catalogue demands {theirs})",
                )
        return ""

    def ratings(self) -> list[Chapter]:
        """What people said of each indicator, and why."""
        found: dict[str, list[Block]] = {}
        for one in self.report.ratings:
            level = one.level or self.say("entfällt", "not applicable")
            text = f"{one.who.of(self.language)}: {level}. {one.reason}"
            found.setdefault(one.indicator, []).append(Sentence(text, one.evidence))
        if not found:
            return []
        intro = self.say(
            "Zu jedem Indikator steht, wer welche Stufe mit welcher Begründung gegeben hat.",
            "For each indicator: who gave which level, and why.",
        )
        title = self.say("Bewertungen", "Ratings")
        parts = [Chapter(self._name(key), 2, tuple(blocks)) for key, blocks in found.items()]
        return [Chapter(title, 1, (Sentence(intro),)), *parts]

    def closing(self) -> list[Chapter]:
        """What was said at the end."""
        return [
            Chapter(title.of(self.language), 1, (Sentence(words),))
            for title, words in self.report.closing
        ]

    def conflicts(self) -> Chapter:
        parts = [*self.report.conflicts, *self.report.remarks]
        return Chapter(
            self.say("Zielkonflikte und Grenzen", "Conflicts and limits"),
            1,
            tuple(Sentence(part.of(self.language), self._sources()) for part in parts),
        )

    def method(self) -> Chapter:
        alpha = self.figure(self.report.alpha)
        text = self.say(
            f"Die Wahrscheinlichkeit, dass in dieser Prüfung auch nur ein Urteil falsch ist, "
            f"beträgt höchstens {alpha}. Dafür sind die p-Werte über die ganze Prüfung korrigiert.",
            f"The probability that even one verdict of this audit is wrong is at most {alpha}. "
            "For that, p-values are corrected over the whole audit.",
        )
        return Chapter(
            self.say("Wie geurteilt wurde", "How it was judged"),
            1,
            (Sentence(text, self._sources()),),
        )

    def inputs(self) -> Chapter:
        blocks: list[Block] = []
        if self.report.inputs:
            head = (self.say("Datei", "File"), "SHA-256")
            rows = tuple(self.report.inputs.items())
            blocks.append(Table(self.say("Geprüfte Dateien", "Examined files"), head, rows))
        if self.report.tools:
            head = (self.say("Werkzeug", "Tool"), self.say("Version", "Version"))
            blocks.append(
                Table(self.say("Werkzeuge", "Tools"), head, tuple(self.report.tools.items()))
            )
        return Chapter(self.say("Gegenstand der Prüfung", "What was examined"), 1, tuple(blocks))
