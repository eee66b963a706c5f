"""A network learns anew: asked for by staff, done by the worker, stopped without damage."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.flood.models import Network, TrainedModel

TASK = "steiger.web.flood.tasks.learn_anew_task"
WAITING = ("READY", "RUNNING")


class RefusedError(Exception):
    """A network cannot learn now; ``code`` is “preparing” or “learning”."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def state_of(network: Network) -> str:
    """“learning”, “failed” (the last try), or nothing."""
    if network.learning_run is None:
        return ""
    run = DBTaskResult.objects.filter(pk=network.learning_run).values_list("status", flat=True)
    status = run.first()
    if status in WAITING:
        return "learning"
    return "failed" if status == "FAILED" else ""


@transaction.atomic
def ask_to_learn(*, network: Network, profile: TrainedModel.Profile, by: Actor) -> None:
    """Have a new model learned in the background; the present one forecasts until it is there.

    Raises:
        RefusedError: the network is being set up, or learns already.
    """
    locked = Network.objects.select_for_update().get(pk=network.pk)
    if locked.stage != Network.Stage.READY:
        raise RefusedError("preparing")
    if state_of(locked) == "learning":
        raise RefusedError("learning")
    run = import_string(TASK).enqueue(locked.pk, profile.value)
    locked.learning_run = UUID(str(run.id))
    locked.save(update_fields=["learning_run"])
    record(by=by, act="flood.network.learn", on=locked, changes={"profile": ["", profile.value]})


@transaction.atomic
def stop_learning(*, network: Network, by: Actor) -> bool:
    """End the learning; whether there was any.

    What was learned of single gauges is kept: asked again with the same values, it goes on there.
    """
    locked = Network.objects.select_for_update().get(pk=network.pk)
    if state_of(locked) != "learning":
        return False
    locked.learning_run = None
    locked.save(update_fields=["learning_run"])
    record(by=by, act="flood.network.stop_learning", on=locked)
    return True


def still_wanted(network_pk: int, run: str) -> bool:
    """Whether nobody has stopped this run, or asked for another one."""
    return Network.objects.filter(pk=network_pk, learning_run=UUID(run)).exists()
