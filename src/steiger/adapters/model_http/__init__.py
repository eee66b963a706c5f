"""Classifiers and regressors behind an address: rows in, one output per row back, as JSON."""

from steiger.adapters.model_http.client import ModelEndpointError, connect

__all__ = ["ModelEndpointError", "connect"]
