"""ROR, the Research Organization Registry: dumps in schema v1 and v2 (CC0)."""

from steiger.adapters.ror.parser import read_ror

__all__ = ["read_ror"]
