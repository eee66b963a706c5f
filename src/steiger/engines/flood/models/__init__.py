"""Experts that forecast a gauge, and how they become one forecast with its uncertainty.

Everything here is a pure function of arrays: no file, no process, no clock. Training falls into
`prepare` (for a network, some leads at a time, put together by `gathered`) and `fit_gauge` (once
for each gauge, on any worker); forecasts into `predict_gauge` and `forecast_gauge`. `observations`
have passed quality control; a row uses only what was known at its time, and rain after it only if
`rain` says so.
"""

from steiger.engines.flood.models.interface import (
    Driver,
    FutureRain,
    ModelError,
    ModelSettings,
    Prediction,
    fit_gauge,
    forecast_gauge,
    gathered,
    model_from_files,
    model_to_files,
    predict_gauge,
    prepare,
    sensors_of,
    shared_from_files,
    shared_to_files,
)

__all__ = [
    "Driver",
    "FutureRain",
    "ModelError",
    "ModelSettings",
    "Prediction",
    "fit_gauge",
    "forecast_gauge",
    "gathered",
    "model_from_files",
    "model_to_files",
    "predict_gauge",
    "prepare",
    "sensors_of",
    "shared_from_files",
    "shared_to_files",
]
