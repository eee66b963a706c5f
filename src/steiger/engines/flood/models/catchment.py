"""GR4H as an expert: a gauge's catchment, kept in step with what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.hydrology.calibration import calibrate, level_skill, nash_sutcliffe
from steiger.engines.flood.hydrology.gr4h import HydrologyError, State
from steiger.engines.flood.hydrology.rating import MonotoneRating, fit_monotone
from steiger.engines.flood.hydrology.updating import Track, track

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Steps before the stores have forgotten how they began.
WARM_UP = 2000
#: The wettest stretch of the record, in steps, on which parameters are sought.
LEARNED = 17_520
#: How the search spends its time.
SAMPLE, STARTS, STEPS = 64, 1, 90
LEAST_SKILL = 0.2
CHUNK = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Catchment:
    """Parameters of GR4H, and how its discharge and the gauge belong together.

    `rating` translates the gauge's unit; None where the gauge itself is in mm/h. `state` is that
    of the plan's checkpoint.
    """

    parameters: tuple[float, float, float, float]
    rating: MonotoneRating | None
    gain: float
    state: State | None

    def follow(
        self, rain: Array, evaporation: Array, values: Array, state: State | None = None
    ) -> Track:
        """The run that meets what is measured (T,); missing rain counts as none."""
        observed = values if self.rating is None else self._discharge(values)
        return track(
            np.nan_to_num(rain),
            evaporation,
            observed,
            self.parameters,
            routing_gain=self.gain,
            state=state,
        )

    def run_from(
        self, rain: Array, evaporation: Array, values: Array, checkpoint: int | None
    ) -> Track:
        """The run over all rows; after the checkpoint from the state that is kept for it."""
        if checkpoint is None or self.state is None:
            return self.follow(rain, evaporation, values)
        cut = checkpoint + 1
        parts = [
            self.follow(rain[:cut], evaporation[:cut], values[:cut]),
            self.follow(rain[cut:], evaporation[cut:], values[cut:], self.state),
        ]
        return Track(
            parts[0].parameters,
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("discharge", "production", "routing", "effective")
            ),
        )

    def _discharge(self, values: Array) -> Array:
        known = ~np.isnan(values)
        flow = np.full(len(values), np.nan)
        if known.any() and self.rating is not None:
            flow[known] = self.rating.discharge(values[known])
        return flow

    def ahead(
        self, run: Track, rows: Ints, origin: Array, rain: Array, evaporation: Array
    ) -> Array:
        """Values (N, L) in the gauge's unit of the L steps after each row.

        `rain`, `evaporation` (N, L) in mm per step. What the update left of the difference to the
        measured `origin` is added, so that the forecast begins where the river is.
        """
        result = np.empty(rain.shape)
        for first in range(0, len(rows), CHUNK):
            part = slice(first, first + CHUNK)
            flow = run.forecast(rows[part], rain[part].T, evaporation[part].T).T
            result[part] = flow if self.rating is None else self.rating.level(flow)
        return result + self._rest(origin)[:, None]

    def _rest(self, origin: Array) -> Array:
        """What rating and update cannot represent of the measured value (N,)."""
        if self.rating is None:
            return np.zeros(len(origin))
        meant = self.rating.level(self.rating.discharge(np.nan_to_num(origin)))
        return np.where(np.isnan(origin), 0.0, origin - meant)


def learn_catchment(
    rain: Array, evaporation: Array, values: Array, *, in_mm: bool, seed: int
) -> Catchment | None:
    """Calibrate on the wettest two years; None if no rainfall–runoff model follows this gauge.

    `rain`, `evaporation` (T,) in mm per step; `values` (T,) in the gauge's unit, `in_mm` if that is
    mm per step.
    """
    water = np.nan_to_num(rain)
    if len(water) < 2 * WARM_UP or not (water > 0).any():
        return None
    part = wettest(water, LEARNED)
    objective = nash_sutcliffe if in_mm else level_skill
    try:
        found = calibrate(
            water[part],
            evaporation[part],
            values[part],
            warm_up=WARM_UP,
            objective=objective,
            sample=SAMPLE,
            starts=STARTS,
            steps=STEPS,
            seed=seed,
        )
        if found.score < LEAST_SKILL:
            return None
        parameters = found.parameters
        if in_mm:
            return Catchment(parameters, None, 1.0, None)
        free = track(water, evaporation, np.full(len(water), np.nan), parameters, routing_gain=0.0)
        rating = fit_monotone(values[WARM_UP:], free.discharge[WARM_UP:])
    except HydrologyError:
        return None
    return Catchment(parameters, rating, 1.0, None)


def wettest(rain: Array, width: int) -> slice:
    """The stretch of `width` steps with most rain, after room for the warm-up."""
    width = min(width + WARM_UP, len(rain))
    sums = np.concatenate([[0.0], np.cumsum(rain)])
    totals = sums[width:] - sums[:-width]
    first = int(totals.argmax())
    return slice(first, first + width)
