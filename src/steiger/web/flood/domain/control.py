"""What staff do: let a network rest, let it go on."""

from __future__ import annotations

from django.db import transaction

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.flood.models import Network


@transaction.atomic
def pause(*, network: Network, by: Actor) -> bool:
    """Stop the cycle; whether it ran before."""
    return _set(network, True, "flood.network.pause", by)


@transaction.atomic
def resume(*, network: Network, by: Actor) -> bool:
    """Let the cycle go on; whether it rested before."""
    return _set(network, False, "flood.network.resume", by)


def _set(network: Network, paused: bool, act: str, by: Actor) -> bool:
    locked = Network.objects.select_for_update().get(pk=network.pk)
    if locked.paused == paused:
        return False
    locked.paused = paused
    locked.save(update_fields=["paused"])
    record(by=by, act=act, on=locked, changes={"paused": [not paused, paused]})
    return True
