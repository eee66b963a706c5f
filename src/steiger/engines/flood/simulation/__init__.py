"""An invented valley whose rain and rivers are simulated: for demonstrations, tests, benchmarks.

Nothing here is measured. A valley is data (`Valley`); weather, rivers, sensors and their faults
follow from a seed, hour by hour, and the same seed always gives the same hours, however they are
asked for.
"""

from steiger.engines.flood.simulation.ensemble import rain_ensemble
from steiger.engines.flood.simulation.many import many_gauges, simulate_many
from steiger.engines.flood.simulation.plan import (
    DEMO_SEED,
    Node,
    RainGauge,
    Reservoir,
    SimulationError,
    Storm,
    Valley,
    beispieltal,
    read_valley,
    valley_from,
)
from steiger.engines.flood.simulation.valley import (
    ValleyState,
    advance,
    begin,
    history,
    inject,
    network_of,
    step,
)

__all__ = [
    "DEMO_SEED",
    "Node",
    "RainGauge",
    "Reservoir",
    "SimulationError",
    "Storm",
    "Valley",
    "ValleyState",
    "advance",
    "begin",
    "beispieltal",
    "history",
    "inject",
    "many_gauges",
    "network_of",
    "rain_ensemble",
    "read_valley",
    "simulate_many",
    "step",
    "valley_from",
]
