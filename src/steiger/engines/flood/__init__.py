"""The flood engine: a network of sensors in, forecasts, warnings and their verification out."""
