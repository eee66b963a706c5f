"""HTTP to addresses that somebody typed in: never into our own network, never without end."""

from steiger.adapters.open_internet.transport import OpenInternet, OutsideError

__all__ = ["OpenInternet", "OutsideError"]
