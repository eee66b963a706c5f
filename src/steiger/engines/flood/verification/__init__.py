"""Forecasts judged by what was observed: scores by lead time, events, calibration, value."""

from steiger.engines.flood.verification.judge import verify
from steiger.engines.flood.verification.settings import Settings, VerificationError
from steiger.engines.flood.verification.tables import ForecastTable, LeadForecasts, read_forecasts

__all__ = [
    "ForecastTable",
    "LeadForecasts",
    "Settings",
    "VerificationError",
    "read_forecasts",
    "verify",
]
