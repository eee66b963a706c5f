"""Background work of this room. Heavy libraries are imported by the tasks, never at start."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.policies import described
from steiger.web.background.domain.progress import progress
from steiger.web.flood.domain.feeds import collect_due
from steiger.web.flood.domain.subscriptions import prune_unconfirmed
from steiger.web.flood.domain.troubles import lacks_files
from steiger.web.flood.models import Network


@described(_("Erase flood subscriptions that nobody confirmed"), daily=True)
@task(priority=-50)
def prune_flood_task() -> int:
    """Erase what nobody confirmed; returns how many."""
    return prune_unconfirmed()


@described(_("Compute a flood forecast again"))
@task(queue_name="heavy")
def check_forecast_task(forecast_pk: int) -> str:
    """Compute a stored forecast again and compare it bit by bit; returns the finding."""
    from steiger.web.flood.domain.trail import check

    return check(forecast_pk)


# A restart of the product ends it, too; it then goes on where it was.
@described(_("Examine the files of a river network"))
@task
def examine_draft_task(draft: str) -> str:
    """The dry run of files that staff handed in; returns what came of it."""
    from steiger.web.flood.domain.drafts import examine_draft

    return examine_draft(UUID(draft))


@described(_("Forget files of river networks that nobody took over"), daily=True)
@task(priority=-50)
def prune_drafts_task() -> int:
    """Forget what lies there for a day; returns how many."""
    from steiger.web.flood.domain.drafts import prune_drafts

    return prune_drafts()


@described(_("Prepare a river network for forecasting"), attempts=12, first_wait_s=15)
@task(queue_name="heavy", takes_context=True)
def prepare_network_task(context: TaskContext, network_pk: int) -> str:
    """Bring a network into operation: its past, its model, the look back on its flood."""
    from steiger.web.flood.domain.preparing import prepare

    run = context.task_result.id
    return prepare(network_pk, run=str(run), say=lambda d, t, m: progress(run, d, t, m, now=True))


@described(_("Learn a new forecast model"), attempts=12, first_wait_s=15)
@task(queue_name="heavy", takes_context=True)
def learn_anew_task(context: TaskContext, network_pk: int, profile: str) -> str:
    """Train a model in this profile and use it; returns its digest, or that it was stopped."""
    from steiger.web.flood.domain.learning import still_wanted
    from steiger.web.flood.domain.preparing import learn_anew

    run = str(context.task_result.id)
    row = learn_anew(
        network_pk,
        profile,
        wanted=lambda: still_wanted(network_pk, run),
        say=lambda d, t, m: progress(run, d, t, m, now=True),
    )
    return row.digest if row else "stopped"


@described(_("Collect measurements of a river network"))
@task(queue_name="sources", takes_context=True)
def collect_network_task(context: TaskContext, network_pk: int) -> str:
    """Ask the sources of a network for what is new, and forecast from it."""
    from steiger.web.flood.domain.collecting import collect_network

    run = context.task_result.id
    return collect_network(network_pk, say=lambda d, t, m: progress(run, d, t, m))


@described(_("Try the source of a sensor"))
@task(queue_name="sources", priority=10)
def try_feed_task(sensor_pk: int) -> str:
    """Ask the source of a sensor once and keep nothing; returns what came of it."""
    from steiger.web.flood.domain.collecting import try_feed

    return try_feed(sensor_pk)


def ensure_collected() -> int:
    """Queue collecting for every network whose time has come; returns how many were queued."""
    path = collect_network_task.module_path
    queued = 0
    for network in Network.objects.exclude(clock=None).filter(paused=False, simulated=False):
        if lacks_files(network) or not collect_due(network):
            continue
        runs = DBTaskResult.objects.filter(status__in=("READY", "RUNNING"), task_path=path)
        if not any(run.args_kwargs["args"] == [network.pk] for run in runs):
            collect_network_task.enqueue(network.pk)
            queued += 1
    return queued


def ensure_prepared() -> int:
    """Queue the preparation of every network that lacks something; returns how many were queued.

    A preparation that has failed for good is not queued again for a day; staff may start it anew,
    or hand in newer files, which make the network forget the run (``preparing_run``).
    """
    path = prepare_network_task.module_path
    lately = timezone.now() - timedelta(days=1)
    queued = 0
    for network in Network.objects.exclude(stage=Network.Stage.READY):
        failed = Q(status="FAILED", finished_at__gte=lately, pk=network.preparing_run)
        pending = Q(status__in=("READY", "RUNNING")) | failed
        runs = DBTaskResult.objects.filter(pending, task_path=path)
        if not any(run.args_kwargs["args"] == [network.pk] for run in runs):
            run = prepare_network_task.enqueue(network.pk)
            Network.objects.filter(pk=network.pk).update(preparing_run=UUID(str(run.id)))
            queued += 1
    return queued
