"""Steiger: the open platform on which a region helps its firms into AI."""

__version__ = "0.1.0"
