"""What a pickle's stack holds while it is followed without being executed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A text, number, bytes, True, False or None."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Global:
    """Something that is imported by name."""

    module: str
    name: str

    @property
    def path(self) -> str:
        """Its full name."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Tup:
    """A tuple.

    Attributes:
        weight: tuples in it, counted as often as they are reached. Doubling one forty times needs
            eighty operations; computing its hash then takes days.
    """

    items: tuple[Value, ...]
    weight: int = 1

    @classmethod
    def of(cls, items: tuple[Value, ...]) -> Tup:
        """A tuple of these, with its weight."""
        return cls(items, 1 + sum(item.weight for item in items if isinstance(item, Tup)))


@dataclass(slots=True, eq=False)
class Pairs:
    """A dictionary that is being filled."""

    items: list[tuple[Value, Value]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Items:
    """A list, set or frozenset that is being filled."""

    items: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Made:
    """What a call gave back, with the state it was given later."""

    maker: Global
    arguments: Value
    state: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A tensor's storage, referred to by a persistent id."""

    type: Global
    key: str
    count: int


class Mark:
    """A mark on the stack."""


Value = Const | Global | Tup | Pairs | Items | Made | Stored


def text_of(value: Value | None) -> str | None:
    """The text of a constant; None for everything else."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def pair(pairs: Value | None, key: str) -> Value | None:
    """The last value under a key of a dictionary, as loading would leave it."""
    found = None
    if isinstance(pairs, Pairs):
        for name, value in pairs.items:
            if text_of(name) == key:
                found = value
    return found
