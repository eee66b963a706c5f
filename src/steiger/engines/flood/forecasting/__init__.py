"""From observations to a model, from a model to hindcasts and forecasts, and back to their origin.

`train` learns, `save_model` and `load_model` keep it in plain files, `hindcast` forecasts a past
period, `issue_forecast` one moment, and `ForecastStore` makes a past forecast again, bit by bit.
"""

from steiger.engines.flood.forecasting.core import ForecastError
from steiger.engines.flood.forecasting.document import (
    Driver,
    Forecast,
    GaugeForecast,
    LeadForecast,
    TimeToLevel,
)
from steiger.engines.flood.forecasting.executors import dask_cluster, process_pool
from steiger.engines.flood.forecasting.hindcast import hindcast
from steiger.engines.flood.forecasting.issue import issue_forecast
from steiger.engines.flood.forecasting.model import Model
from steiger.engines.flood.forecasting.rain import RainEnsemble, rain_from_table, read_rain
from steiger.engines.flood.forecasting.storage import load_model, save_model
from steiger.engines.flood.forecasting.store import ForecastStore, Replay
from steiger.engines.flood.forecasting.training import train

__all__ = [
    "Driver",
    "Forecast",
    "ForecastError",
    "ForecastStore",
    "GaugeForecast",
    "LeadForecast",
    "Model",
    "RainEnsemble",
    "Replay",
    "TimeToLevel",
    "dask_cluster",
    "hindcast",
    "issue_forecast",
    "load_model",
    "process_pool",
    "rain_from_table",
    "read_rain",
    "save_model",
    "train",
]
