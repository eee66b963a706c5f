"""The network of actors as a drawing: where each one stands, from who is related to whom."""

from steiger.engines.directory.network.layout import lay_out
from steiger.engines.directory.network.placing import place

__all__ = ["lay_out", "place"]
