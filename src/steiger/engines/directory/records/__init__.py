"""Records that come from outside: what they may hold, and why one is rejected."""

from steiger.engines.directory.records.types import (
    IncomingName,
    IncomingPlace,
    IncomingRecord,
    IncomingRelation,
    LeftOut,
    RejectedRow,
    UnusableFileError,
    digest,
)
from steiger.engines.directory.records.validation import Bounds, check_row

__all__ = [
    "Bounds",
    "IncomingName",
    "IncomingPlace",
    "IncomingRecord",
    "IncomingRelation",
    "LeftOut",
    "RejectedRow",
    "UnusableFileError",
    "check_row",
    "digest",
]
