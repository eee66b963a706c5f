"""How water runs from gauge to gauge: Muskingum reaches and a reservoir.

Muskingum: McCarthy (1938); Cunge (1969), doi:10.1080/00221686909500264.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from steiger.engines.flood.simulation.plan import Reservoir

Array = NDArray[np.float64]
ATTENUATION = 0.2
SECONDS = 3600.0


def muskingum_weights(travel_hours: float) -> tuple[float, float, float]:
    """Weights of inflow now, inflow an hour ago and outflow an hour ago; they sum to 1.

    One reach is stable for 2KX ≤ 1 h ≤ 2K(1 − X), so X shrinks in slow ones.
    """
    k = travel_hours
    x = min(ATTENUATION, 0.5 / k)
    bottom = 2 * k * (1 - x) + 1
    return (1 - 2 * k * x) / bottom, (1 + 2 * k * x) / bottom, (2 * k * (1 - x) - 1) / bottom


def route(inflow: Array, travel_hours: float, before: tuple[float, float]) -> Array:
    """Outflow (T,) of a reach; `before` are inflow and outflow an hour before."""
    now, last, own = muskingum_weights(travel_hours)
    memory = np.array([last * before[0] + own * before[1]])
    outflow, _ = lfilter([now, last], [1.0, -own], inflow, zi=memory)
    routed: Array = np.maximum(outflow, 0.0)
    return routed


def operate(inflow: Array, dam: Reservoir, content: float) -> tuple[Array, float]:
    """Release (T,) in m³/s of a reservoir, and its content in m³ afterwards."""
    release = np.empty(len(inflow))
    for t, arriving in enumerate(inflow.tolist()):
        content += arriving * SECONDS
        wanted = dam.base
        if content > dam.target:
            # Half of what is above the target leaves within three days.
            wanted += (content - dam.target) / (6 * 24 * SECONDS)
        elif content < 0.3 * dam.target:
            wanted = 0.3 * dam.base
        # A warden turns a valve in steps.
        out = min(round(min(wanted, dam.largest), 1), content / SECONDS)
        out = max(out, (content - dam.capacity) / SECONDS)
        content -= out * SECONDS
        release[t] = out
    return release, content
