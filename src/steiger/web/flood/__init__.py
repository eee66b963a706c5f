"""Water levels, forecasts and warnings."""
