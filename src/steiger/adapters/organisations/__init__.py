"""Tables of organisations (CSV), as a pool for matching names."""

from steiger.adapters.organisations.parser import (
    UnusableListError,
    UnusableRowError,
    read_organisations,
    read_queries,
)

__all__ = ["UnusableListError", "UnusableRowError", "read_organisations", "read_queries"]
