"""Asks whichever source a network names for its sensors."""

from steiger.adapters.asking.client import ask, ask_rain

__all__ = ["ask", "ask_rain"]
