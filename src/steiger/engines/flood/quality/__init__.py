"""Quality control: marks values that cannot be right, says why, and never alters them."""

from steiger.engines.flood.quality.control import (
    all_rules,
    check_quality,
    in_hand,
    masked,
    online_mask,
)
from steiger.engines.flood.quality.flags import Effect, Flag, Flags, Text

__all__ = [
    "Effect",
    "Flag",
    "Flags",
    "Text",
    "all_rules",
    "check_quality",
    "in_hand",
    "masked",
    "online_mask",
]
