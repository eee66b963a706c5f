"""What a training may be told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from steiger.engines.flood.models.trees import TreeSettings


class ModelError(ValueError):
    """A model cannot be made, read or used; the text says why and what to do."""


HOUR = timedelta(hours=1)
LONGEST_LEAD = timedelta(hours=72)
USUAL_LEADS = tuple(hours * HOUR for hours in (1, 3, 6, 12, 24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How much effort goes into each gauge.

    Attributes:
        folds: blocks of time that are held out in turn for the blend and the bands.
        gap: time around a held-out block that is not learned from.
        related: neighbours per gauge.
        rows: hours of the past that are learned from, mostly the lively ones.
        trees: size of each forest.
        model_trees: size of each forest with straight lines in its leaves.
        penalties: of the ridge; the best on held-out blocks is taken.
        masked: copies of rows in which whole sensors are missing, as part of all rows.
        gr4h: whether a rainfall–runoff model is calibrated for each gauge.
        least_record: a gauge with less is served by the model over all gauges.
        pooled_rows: rows of all gauges together from which is learned what all gauges share.
        pooled_trees: size of the forest over all gauges that corrects each gauge's ridge; None for
            none.
    """

    folds: int = 5
    gap: timedelta = timedelta(days=10)
    related: int = 10
    rows: int = 15_000
    trees: TreeSettings = field(default_factory=TreeSettings)
    model_trees: TreeSettings = field(
        default_factory=lambda: TreeSettings(rounds=60, leaves=8, rate=0.12, linear=True)
    )
    penalties: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0)
    masked: float = 0.25
    gr4h: bool = True
    least_record: timedelta = timedelta(days=365)
    pooled_rows: int = 56_000
    pooled_trees: TreeSettings | None = field(
        default_factory=lambda: TreeSettings(
            rounds=120, leaves=63, rate=0.1, columns=0.3, least_rows=40
        )
    )

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            ModelError: naming the field.
        """
        if not 2 <= self.folds <= 20:
            raise ModelError(f"folds is {self.folds}, not from 2 to 20")
        if self.rows < 500 or self.pooled_rows < 500:
            raise ModelError("fewer than 500 rows teach nothing")
        if not 0.0 <= self.masked <= 1.0:
            raise ModelError(f"masked is {self.masked}, not from 0 to 1")
        if self.related < 0 or not self.penalties or min(self.penalties) <= 0:
            raise ModelError("related is negative, or a penalty is not above 0")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        data = asdict(self)
        data["gap"] = int(self.gap.total_seconds())
        data["least_record"] = int(self.least_record.total_seconds())
        data["penalties"] = list(self.penalties)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tuning:
        """What `as_dict` gave."""
        given = dict(data)
        given["gap"] = timedelta(seconds=data["gap"])
        given["least_record"] = timedelta(seconds=data["least_record"])
        given["penalties"] = tuple(data["penalties"])
        for name in ("trees", "model_trees"):
            given[name] = TreeSettings(**data[name])
        # Models of earlier versions have none.
        pooled = data.get("pooled_trees")
        given["pooled_trees"] = TreeSettings(**pooled) if pooled else None
        return cls(**given)


#: “full” is for a flood centre: minutes per gauge. “light” is for demonstrations and for very many
#: gauges: seconds per gauge, less exact.
PROFILES = {
    "full": Tuning(),
    "light": Tuning(
        folds=3,
        related=4,
        rows=3_000,
        trees=TreeSettings(rounds=40, leaves=8, rate=0.12),
        model_trees=TreeSettings(rounds=20, leaves=4, rate=0.2, linear=True),
        penalties=(0.1, 0.3),
        gr4h=False,
        pooled_rows=4_000,
        pooled_trees=None,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What is trained: `leads` ahead, ascending; a profile or one's own tuning; and a seed."""

    leads: tuple[timedelta, ...] = USUAL_LEADS
    profile: str = "full"
    seed: int = 0
    tuning: Tuning = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Reject what makes no sense; without `tuning`, that of the profile is taken.

        Raises:
            ModelError: naming the field.
        """
        if not self.leads or list(self.leads) != sorted(set(self.leads)):
            raise ModelError("leads must ascend, and there must be one at least")
        if self.leads[0] <= timedelta(0) or self.leads[-1] > LONGEST_LEAD:
            raise ModelError("a lead lies above 0 and at most at 72 hours")
        if self.profile not in PROFILES:
            raise ModelError(f"profile is {self.profile!r}, none of {', '.join(PROFILES)}")
        if not self.tuning:
            object.__setattr__(self, "tuning", PROFILES[self.profile])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "leads": [int(lead.total_seconds()) for lead in self.leads],
            "profile": self.profile,
            "seed": self.seed,
            "tuning": self.tuning.as_dict(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelSettings:
        """What `as_dict` gave."""
        return cls(
            leads=tuple(timedelta(seconds=seconds) for seconds in data["leads"]),
            profile=data["profile"],
            seed=data["seed"],
            tuning=Tuning.from_dict(data["tuning"]),
        )
