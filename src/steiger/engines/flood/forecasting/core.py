"""What the science core offers to training, hindcasts and forecasts.

The core (`steiger.engines.flood.models`) computes with arrays and knows no files, no processes and
no documents. It is named, not passed, because workers in other processes import it themselves. A
module with the same functions can take its place: another kind of model, or a small one for tests.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Network, Observations

DEFAULT_CORE = "steiger.engines.flood.models"
QUANTILES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
REGIMES = ("low", "mean", "flood")
STATES = ("ok", "degraded", "blind")


class ForecastError(ValueError):
    """A request makes no sense or a file is not what it should be; the text says which and why."""


class CorePrediction(Protocol):
    """Forecasts of one gauge for N issue times and L leads, in the gauge's unit.

    `lead_minutes` (L,), `quantiles` (N, L, 7), `p_levels` (N, L, levels), `experts` by name (N, L),
    `regime` (N, L) index into `REGIMES`, `state` (N,) index into `STATES`; NaN where there is none.
    """

    @property
    def lead_minutes(self) -> NDArray[Any]: ...
    @property
    def quantiles(self) -> NDArray[np.float64]: ...
    @property
    def p_levels(self) -> NDArray[np.float64]: ...
    @property
    def experts(self) -> dict[str, NDArray[np.float64]]: ...
    @property
    def regime(self) -> NDArray[Any]: ...
    @property
    def state(self) -> NDArray[Any]: ...


class CoreDriver(Protocol):
    """Something that moved a forecast, by how much (in the gauge's unit), in words."""

    @property
    def key(self) -> str: ...
    @property
    def contribution(self) -> float: ...
    @property
    def text_de(self) -> str: ...
    @property
    def text_en(self) -> str: ...


class CoreSettings(Protocol):
    """How a model is trained; plain values."""

    @property
    def leads(self) -> tuple[Any, ...]: ...
    def as_dict(self) -> dict[str, Any]: ...


class Core(Protocol):
    """The functions that a core has; their arrays are described in its own package."""

    ModelSettings: Any
    FutureRain: Any

    def prepare(
        self, network: Network, observations: Observations, settings: Any, leads: Sequence[Any]
    ) -> Any: ...
    def gathered(self, parts: Sequence[Any]) -> Any: ...
    def fit_gauge(
        self, network: Network, observations: Observations, shared: Any, gauge: str, settings: Any
    ) -> Any: ...
    def sensors_of(self, model: Any) -> tuple[str, ...]: ...
    def predict_gauge(  # noqa: PLR0917 (the order is that of the core)
        self,
        model: Any,
        shared: Any,
        network: Network,
        observations: Observations,
        issue_rows: NDArray[np.int64],
        rain: Any,
    ) -> CorePrediction: ...
    def forecast_gauge(  # noqa: PLR0917 (as above)
        self,
        model: Any,
        shared: Any,
        network: Network,
        observations: Observations,
        issue_row: int,
        rain: Any,
    ) -> tuple[CorePrediction, Sequence[CoreDriver]]: ...
    def model_to_files(self, model: Any) -> dict[str, bytes]: ...
    def model_from_files(self, files: dict[str, bytes]) -> Any: ...
    def shared_to_files(self, shared: Any) -> dict[str, bytes]: ...
    def shared_from_files(self, files: dict[str, bytes]) -> Any: ...


PARTS = tuple(name for name in [*Core.__annotations__, *vars(Core)] if not name.startswith("_"))


def load_core(name: str = DEFAULT_CORE) -> Core:
    """The core with this module name.

    Raises:
        ForecastError: there is no such module, or it is no core.
    """
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise ForecastError(f"the core {name!r} cannot be imported ({error})") from None
    lacking = [part for part in PARTS if not hasattr(module, part)]
    if lacking:
        raise ForecastError(f"{name!r} is no science core: it has no {lacking[0]!r}")
    return cast("Core", module)
