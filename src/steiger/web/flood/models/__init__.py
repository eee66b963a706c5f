"""Networks of sensors, what they measured, what is forecast, who is warned."""

from steiger.web.flood.models.forecasts import Forecast, TrainedModel
from steiger.web.flood.models.networks import Network, Sensor, Step
from steiger.web.flood.models.storms import Storm
from steiger.web.flood.models.subscriptions import Notice, Subscription
from steiger.web.flood.models.warnings import GaugeWarning, WarningEvent

__all__ = [
    "Forecast",
    "GaugeWarning",
    "Network",
    "Notice",
    "Sensor",
    "Step",
    "Storm",
    "Subscription",
    "TrainedModel",
    "WarningEvent",
]
