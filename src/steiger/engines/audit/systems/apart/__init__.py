"""Models that could do harm: opened in a process of their own that can do nothing but calculate."""

from steiger.engines.audit.systems.apart.pickled import ConfinedSystem, open_pickled

__all__ = ["ConfinedSystem", "open_pickled"]
