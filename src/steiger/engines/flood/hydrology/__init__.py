"""Hydrology in formulas: rainfall–runoff, ratings, recessions, evaporation, routing."""
