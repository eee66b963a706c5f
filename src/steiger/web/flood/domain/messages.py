"""Changes of warnings as messages of the Common Alerting Protocol, written with the change itself.

Messages carry the status “Exercise”: nobody shall be alarmed by a valley that does not exist.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from steiger.engines.flood.warning import WarningEvent as Change
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.models import Network

if TYPE_CHECKING:
    from steiger.adapters.cap import Profile

STATUS = "Exercise"


def cap_text(network: Network, change: Change) -> str:
    """The message of a change; empty for a network without a folder, whose places nobody knows."""
    if not (folder_of(network) / "network.toml").exists():
        return ""
    from steiger.adapters.cap import cap_of, write_cap

    return write_cap(cap_of(change, _profile(), engine_network(network), STATUS)).decode()


@cache
def _profile() -> Profile:
    from steiger.adapters.cap import german_profile

    return german_profile()
