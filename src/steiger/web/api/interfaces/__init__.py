"""Schemas, problems, limits, the description."""
