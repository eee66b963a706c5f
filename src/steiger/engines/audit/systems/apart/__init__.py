"""Models that were pickled: opened in a process of their own that can do nothing but calculate."""

from steiger.engines.audit.systems.apart.pickled import PickledSystem, open_pickled

__all__ = ["PickledSystem", "open_pickled"]
