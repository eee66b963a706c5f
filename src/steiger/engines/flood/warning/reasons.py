"""Which sentences explain a change, in which order: first what is the case, then why we say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from steiger.engines.flood.warning import texts
from steiger.engines.flood.warning.outlook import GaugeOutlook, Outlook, Reading
from steiger.engines.flood.warning.policy import WarningPolicy, zone
from steiger.engines.flood.warning.states import Text

#: From this probability on, “expected”; below, “may be”.
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Situation:
    """One gauge at one issue time: its forecast, its newest fresh measurement, its rules."""

    gauge: GaugeOutlook
    outlook: Outlook
    reading: Reading | None
    rules: WarningPolicy

    @property
    def place(self) -> ZoneInfo:
        """The time zone of the texts."""
        return zone(self.rules.time_zone)

    @property
    def word(self) -> Text:
        """What levels are called."""
        return Text(self.rules.level_de, self.rules.level_en)

    @property
    def last_measured(self) -> Text | None:
        """The newest measurement in words."""
        if self.reading is None:
            return None
        return texts.last_measured(self.gauge, self.reading, self.place)


def reached(situation: Situation, level: int) -> tuple[Text, ...]:
    """A measurement has reached the level."""
    gauge, reading, place = situation.gauge, situation.reading, situation.place
    return _given(
        texts.reached(gauge, level, reading, place, situation.word) if reading else None,
        texts.peak(gauge, place),
        texts.because(gauge),
    )


def expected(
    situation: Situation, level: int, onset: datetime, probability: float, seen: int
) -> tuple[Text, ...]:
    """The forecast sees the level coming, for the `seen`-th time in a row."""
    gauge, rules, place = situation.gauge, situation.rules, situation.place
    if rules.confirm_cycles == 1:
        why = texts.at_once()
    elif seen >= rules.confirm_cycles:
        why = texts.confirmed(seen)
    else:
        why = texts.short_notice(rules.minimum_lead)
    minutes = round((onset - situation.outlook.issue_time).total_seconds() / 60)
    return _given(
        texts.expected(
            gauge,
            level,
            minutes,
            texts.moment(onset, place),
            situation.word,
            likely=probability >= LIKELY,
        ),
        texts.likelihood(probability, rules.raise_at(level)),
        why,
        situation.last_measured,
        texts.peak(gauge, place),
        texts.because(gauge),
    )


def stays(situation: Situation, level: int, calm: int, *, reached: bool) -> tuple[Text, ...]:
    """The warning of a level is announced again; `calm` forecasts in a row have been calm."""
    gauge, place = situation.gauge, situation.place
    return _given(
        texts.stays(gauge, level, situation.word),
        None if reached else texts.lifted_after(situation.rules.clear_cycles, calm),
        situation.last_measured,
        texts.peak(gauge, place),
        texts.because(gauge) if reached else None,
    )


def over(
    situation: Situation, level: int, left: int, probability: float, calm: int
) -> tuple[Text, ...]:
    """A level is over after `calm` calm forecasts; `left` remains in force (0: nothing)."""
    return _given(
        texts.no_longer(situation.gauge, level, left, situation.word),
        texts.calm(calm, probability, situation.rules.clear_at(level)),
        situation.last_measured,
    )


def _given(*sentences: Text | None) -> tuple[Text, ...]:
    return tuple(sentence for sentence in sentences if sentence is not None)
