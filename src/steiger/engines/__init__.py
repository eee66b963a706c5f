"""Engines: data in, result out. No Django, no network, no clock, no global state."""
