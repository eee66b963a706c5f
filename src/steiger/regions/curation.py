"""How a region tends its map: time limits, and the reasons with which its editors decide.

Read from ``<region>/curation.toml``. A region without this file keeps to the plain rules.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from steiger.regions.loader import ROOT
from steiger.regions.rows import Row, read_toml

FILE = "curation.toml"
OUTCOMES = ("accept", "reject", "ask")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the editors decide as they do. ``outcome`` is accept, reject or ask."""

    key: str
    outcome: str
    text_de: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurationRules:
    """Time limits and reasons.

    Attributes:
        unconfirmed_days: how long a submission waits for its address to be confirmed.
        keep_person_months: name and address of who submitted, counted from the decision.
        answer_days: within how many days the editors want to decide.
        fresh_months: an entry counts as up to date for so long after it was confirmed.
        remind_every_days: between two reminders to the representatives.
        reminders: after so many unanswered ones the page says "not confirmed".
        archive_months: after so long without confirmation the entry leaves the map.
        link_days: how long a link in a reminder works.
        check_links_days: between two looks at the same website.
        four_eyes: kinds of submission that two editors decide (new, edit, claim, import).
    """

    unconfirmed_days: int = 2
    keep_person_months: int = 6
    answer_days: int = 14
    fresh_months: int = 12
    remind_every_days: int = 21
    reminders: int = 3
    archive_months: int = 24
    link_days: int = 30
    check_links_days: int = 30
    four_eyes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


PLAIN = CurationRules(
    reasons=(
        Reason("admitted", "accept", "Erfüllt beide Regeln.", "Fulfils both rules."),
        Reason("other", "reject", "Anderer Grund.", "Another reason."),
        Reason("question", "ask", "Rückfrage.", "A question."),
    )
)
_NUMBERS = tuple(one.name for one in fields(CurationRules) if one.type == "int")
MOST = 3_650
KINDS = ("new", "edit", "claim", "import")


@lru_cache(maxsize=8)
def load_curation_rules(key: str, root: Path = ROOT) -> CurationRules:
    """Read how a region tends its map.

    Raises:
        RegionError: something in the file is wrong; the message names the field.
    """
    path = root / key / FILE
    if not path.exists():
        return PLAIN
    row = Row(read_toml(path), file=FILE)
    numbers = {name: _number(row, name) for name in _NUMBERS}
    four_eyes = row.texts("four_eyes")
    for kind in four_eyes:
        if kind not in KINDS:
            raise row.error(f"{kind!r} is none of {', '.join(KINDS)}.", "four_eyes")
    reasons = tuple(_reason(entry) for entry in row.rows("reason"))
    for outcome in OUTCOMES:
        if not any(reason.outcome == outcome for reason in reasons):
            raise row.error(f"There is no reason with the outcome {outcome!r}.", "reason")
    row.finish()
    return CurationRules(**numbers, four_eyes=four_eyes, reasons=reasons)


def _number(row: Row, name: str) -> int:
    value: int = row.get(name, int, getattr(PLAIN, name))
    if not 1 <= value <= MOST:
        raise row.error(f"{value} is not between 1 and {MOST}.", name)
    return value


def _reason(row: Row) -> Reason:
    outcome = row.text("outcome")
    if outcome not in OUTCOMES:
        raise row.error(f"{outcome!r} is none of {', '.join(OUTCOMES)}.", "outcome")
    german, english = row.bilingual("text")
    reason = Reason(row.key(), outcome, german, english)
    row.finish()
    return reason
