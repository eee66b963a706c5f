"""Whether the documentation says what it has to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from steiger.engines.audit.checks.contract import (
    DATA,
    PREDICTING,
    SHARE,
    Check,
    CheckResult,
    Threshold,
    as_json,
)
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.statistics import exact

#: A heading counts only with at least so many words below it: a headline alone says nothing.
FEWEST_WORDS = 15
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")
#: Model cards: Mitchell et al. (2019), doi:10.1145/3287560.3287596. Words of a heading, de or en.
MODEL_CARD: Mapping[str, str] = {
    "model_details": r"modell|model|beschreibung|description",
    "intended_use": r"zweck|vorgesehen|verwendung|intended|purpose|use",
    "factors": r"einfluss|gruppen|faktor|factor|group",
    "metrics": r"kennzahl|maß|güte|metric|measure",
    "evaluation_data": r"test-?daten|bewertung|evaluation|test data",
    "training_data": r"trainings?-?daten|training data",
    "quantitative_analyses": r"ergebnis|auswertung|analys|result",
    "ethical_considerations": r"ethi|grundrecht|fundamental rights",
    "caveats": r"grenzen|einschränkung|vorbehalt|limitation|caveat",
}
#: Regulation (EU) 2024/1689, Annex IV, points 1 to 9, in own words.
ANNEX_IV: Mapping[str, str] = {
    "annex_iv_1_general_description": r"allgemeine beschreibung|überblick|general desc|overview",
    "annex_iv_2_development": r"entwicklung|aufbau|development|architektur|architecture",
    "annex_iv_3_monitoring_and_control": r"überwachung|kontrolle|aufsicht|monitoring|oversight",
    "annex_iv_4_performance_metrics": r"leistungskennzahl|kennzahl|eignung|performance metric",
    "annex_iv_5_risk_management": r"risiko|risiken|risk",
    "annex_iv_6_changes": r"änderung|lebenszyklus|version|change|lifecycle",
    "annex_iv_7_standards": r"norm|standard",
    "annex_iv_8_declaration_of_conformity": r"konformität|conformity",
    "annex_iv_9_post_market_monitoring": r"nach dem inverkehrbringen|nachmarkt|betriebsbeobachtung|"
    r"post-market",
}


class DocumentationCompleteness(Check):
    """Share of required contents for which there is a section with text."""

    id = "documentation_completeness"
    title = {"de": "Vollständigkeit der Unterlagen", "en": "Completeness of documentation"}
    tasks = PREDICTING | {Task.TEXT}
    modalities = DATA | {Modality.TEXT}
    needs = frozenset({Need.DOCUMENTATION})
    thresholds = (
        Threshold(
            name="model_card",
            value=1.0,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil vorhandener Abschnitte der Modellkarte",
                "en": "Share of model card sections present",
            },
        ),
        Threshold(
            name="annex_iv",
            value=1.0,
            better="above",
            within=SHARE,
            text={
                "de": "Anteil vorhandener Inhalte nach Anhang IV der KI-Verordnung",
                "en": "Share of contents present that Annex IV of the AI Act asks for",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Look for the sections in all documents together."""
        sections = [part for text in context.documents.values() for part in split(text)]
        found, evidence = [], {}
        for name, required in (("model_card", MODEL_CARD), ("annex_iv", ANNEX_IV)):
            present = {
                item: next((head for head, words in sections if fits(head, words, pattern)), None)
                for item, pattern in required.items()
            }
            share = sum(head is not None for head in present.values()) / len(required)
            estimate = exact(share, level=context.level, count=len(required))
            found.append(self.measured(context, name, estimate))
            evidence[name] = present
        return CheckResult(
            measurements=tuple(found),
            evidence={"sections.json": as_json(evidence)},
            limits=(
                {
                    "de": "Geprüft ist, dass ein Abschnitt da ist, nicht, dass er zutrifft.",
                    "en": "That a section is there was checked, not that it is true.",
                },
            ),
        )


def split(text: str) -> list[tuple[str, int]]:
    """Headings of a Markdown text and the number of words below each."""
    sections: list[tuple[str, int]] = []
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            sections.append((heading.group(1), 0))
        elif sections:
            head, words = sections[-1]
            sections[-1] = (head, words + len(line.split()))
    return sections


def fits(heading: str, words: int, pattern: str) -> bool:
    """Whether a section is about it and says something."""
    return words >= FEWEST_WORDS and re.search(pattern, heading, re.IGNORECASE) is not None
