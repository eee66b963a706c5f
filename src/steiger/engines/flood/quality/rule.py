"""The form of a rule."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.units import Unit
from steiger.engines.flood.quality.flags import Effect, Mask, Text
from steiger.engines.flood.quality.record import Record

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Span:
    """Marked values of one sensor that follow each other; `scale` is that of its file.

    People look for a number in their file, so reasons name values as they stand there.
    """

    sensor: Sensor
    start: np.datetime64
    end: np.datetime64
    values: Array
    scale: Unit

    @property
    def unit(self) -> str:
        """The unit of the file, as people write it."""
        return self.sensor.source_unit.replace("m3", "m³").replace("m^3", "m³")

    def known(self) -> Array:
        """The values that are not missing, as they stand in the file."""
        return self.in_file(self.values[~np.isnan(self.values)])

    def in_file(self, values: ArrayLike) -> Array:
        """Values as they stand in the file."""
        return self.scale.to_source(np.asarray(values, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Marks:
    """`online[t, s]`: at time t, with the past only, the value at t was known to be marked.

    `whole` is what is known at the end of the record, where that is more: a frozen sensor is
    recognised after hours, and then its first hours are marked too. `extra` are findings that
    concern no single value. `doubtful` are those of `online` that may be right all the same.
    """

    online: Mask
    whole: Mask | None = None
    extra: tuple[tuple[str, NDArray[np.datetime64], int, Text], ...] = field(default=())
    doubtful: Mask | None = None


class Rule(ABC):
    """A kind of fault. A subclass lies in its own file below `rules/` and is found there."""

    key: ClassVar[str]
    effect: ClassVar[Effect]
    title: ClassVar[Text]

    @abstractmethod
    def mark(self, record: Record) -> Marks:
        """Mark what is wrong."""

    @abstractmethod
    def reason(self, span: Span) -> Text:
        """Why these values are marked, for people."""


def number(value: float, language: str, digits: int = 4) -> str:
    """A number as people write it in the language."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = f"{value:.0f}"
    text = text.replace("-", "−")
    return text.replace(".", ",") if language == "de" else text


def extent(values: Iterable[float], unit: str, language: str) -> str:
    """“0.43 m”, or “0.43 to 0.51 m”, for some values."""
    known = list(values)
    low, high = number(min(known), language), number(max(known), language)
    if low == high:
        return f"{low} {unit}"
    return f"{low} {'bis' if language == 'de' else 'to'} {high} {unit}"
