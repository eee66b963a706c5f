"""What keeps a network from its turn: told in the log once, kept for staff and pages until it ends.

A turn is tried every few seconds; a line for each try would bury all else.
"""

from __future__ import annotations

import structlog
from django.utils import timezone

from steiger.web.flood.domain.folders import folder_of
from steiger.web.flood.models import Network

log = structlog.get_logger("steiger.flood")


def lacks_files(network: Network) -> bool:
    """Whether a network must sit out because its folder is missing, noted when that changes."""
    file = folder_of(network) / "network.toml"
    lacks = not file.is_file()
    if lacks != network.without_files:
        network.without_files = lacks
        network.save(update_fields=["without_files"])
        if lacks:
            problem = f"{file} is missing; restore a backup that holds it, or import its files anew"
            log.error("flood.files", network=network.key, problem=problem)
        else:
            log.info("flood.files_back", network=network.key)
    return lacks


def note_failure(network: Network, error: Exception) -> None:
    """Keep why a turn failed; the same failure is logged only the first time."""
    note = f"{type(error).__name__}: {error}"[:255]
    if note != network.trouble:
        # Engines name what is wrong; only what nobody foresaw needs a traceback.
        write = log.error if isinstance(error, ValueError) else log.exception
        write("flood.cycle", network=network.key, problem=str(error))
    Network.objects.filter(pk=network.pk).update(trouble=note, last_cycle_at=timezone.now())
