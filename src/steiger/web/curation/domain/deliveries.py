"""Telling webhooks of decisions: noted with the decision, sent by the worker, tried again.

A message stands in the database from the moment of the decision, or not at all. It is sent at least
once, always under the same number; receivers leave out numbers that they know. ``version`` says
which of two messages about one submission is the later one, because a repeated one may overtake.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from steiger.adapters.webhooks import WebhookError, deliver, secret_from
from steiger.regions import load_curation_rules
from steiger.web.curation.models import Delivery, Representation, Submission, Webhook
from steiger.web.directory.models import Actor

log = structlog.get_logger("steiger.curation")
TASK = "steiger.web.curation.tasks.deliver_webhook_task"
#: The pauses double from a quarter of a minute to an hour: about four hours in all.
MOST_TRIES, FIRST_WAIT_S = 12, 15.0
GONE = 410
KEEP = timedelta(days=30)
#: After this long nobody tries any more, whatever became of the worker.
LOST_AFTER = timedelta(hours=12)


State = Delivery.State


class NotTakenError(Exception):
    """The receiver did not take a message; it is tried again. Names neither it nor anybody."""


# --- noting ---------------------------------------------------------------------------------------
def notify_decision(row: Submission, event: str) -> int:
    """Queue a message to every webhook of the entry, within the caller's transaction.

    Args:
        event: of :class:`Delivery.Event`.

    Returns:
        How many messages.
    """
    actor = row.actor
    if actor is None:
        return 0
    # Whoever spoke for an entry that was merged into this one speaks for this one.
    family = Q(representation__actor=actor) | Q(representation__actor__merged_into=actor)
    found = Webhook.objects.filter(
        family,
        paused="",
        representation__state=Representation.State.ACTIVE,
        representation__user__is_active=True,
    )
    rows = found.select_related("representation__actor", "representation__user")
    for webhook in rows:
        queue(webhook, event, _about(row, webhook))
    return len(rows)


def queue(webhook: Webhook, event: str, data: dict[str, Any]) -> Delivery:
    """Note a message, and let the worker send it after the surrounding transaction."""
    now = timezone.now()
    payload = {"type": str(event), "timestamp": now.isoformat(), "data": data}
    made = Delivery.objects.create(webhook=webhook, event=event, payload=payload, made_at=now)
    _enqueue(made)
    return made


def queue_again(row: Delivery) -> None:
    """Begin anew with a message that failed, under its old number."""
    row.state, row.tries, row.problem = State.WAITING, 0, ""
    row.repeated_at = timezone.now()
    row.save(update_fields=["state", "tries", "problem", "repeated_at"])
    _enqueue(row)


def _enqueue(row: Delivery) -> None:
    import_string(TASK).enqueue(delivery=str(row.pk))


def _about(row: Submission, webhook: Webhook) -> dict[str, Any]:
    """What a message says: nothing of a person, and of others' submissions only that they ended."""
    rules = load_curation_rules(settings.REGION)
    reason = next((one for one in rules.reasons if one.key == row.reason), None)
    data: dict[str, Any] = {
        "submission": str(row.pk),
        "kind": row.kind,
        "state": row.state,
        "version": row.version,
        "reason": row.reason,
        "reason_text": {"de": reason.text_de, "en": reason.text_en} if reason else None,
        "actor": actor_data(row.actor) if row.actor else None,
        "own": row.user_id == webhook.representation.user_id,
    }
    if data["own"]:
        data["url"] = f"{settings.BASE_URL}/api/v1/me/submissions/{row.pk}"
    return data


def actor_data(actor: Actor) -> dict[str, str]:
    """Which entry it is about."""
    with translation.override(settings.LANGUAGE_CODE):
        page = reverse("directory:actor", kwargs={"slug": actor.slug})
    return {
        "id": actor.slug,
        "name": actor.name,
        "page": f"{settings.BASE_URL}{page}",
        "url": f"{settings.BASE_URL}/api/v1/actors/{actor.slug}",
    }


# --- sending --------------------------------------------------------------------------------------
def secret_of(webhook: Webhook) -> str:
    """With what its messages are signed; the same as long as nobody renews it.

    Derived, so that neither the database nor a copy of it holds a secret of somebody else.
    """
    name = f"{webhook.pk.hex}.{webhook.secret_number}"
    return secret_from(salted_hmac("curation.webhook", name, algorithm="sha256").digest())


def message_id(row: Delivery) -> str:
    """The number under which a message goes out, every time the same."""
    return f"msg_{row.pk.hex}"


def send(number: uuid.UUID | str) -> str:
    """Try to hand one message over; returns what happened: arrived, failed or gone.

    Raises:
        NotTakenError: it was not taken and is to be tried again.
    """
    row = _begin(number)
    if row is None:
        return "gone"
    status, problem = None, ""
    if row.webhook.paused:
        problem = "paused"
    else:
        try:
            status = _deliver(row)
        except WebhookError as error:
            problem = error.kind
    state = _end(row, status, problem)
    log.info("curation.webhook", state=state, status=status, problem=problem, tries=row.tries)
    if state == State.WAITING:
        raise NotTakenError(f"Not taken: {status or problem}.")
    return state


def _deliver(row: Delivery) -> int:
    """Hand it over now; the status of the answer."""
    answer = deliver(
        row.webhook.address,
        json.dumps(row.payload, ensure_ascii=False).encode(),
        secret=secret_of(row.webhook),
        message_id=message_id(row),
        timestamp=int(time.time()),
    )
    return answer.status


@transaction.atomic
def _begin(number: uuid.UUID | str) -> Delivery | None:
    """The message if it still waits, with this attempt counted."""
    row = Delivery.objects.select_for_update().filter(pk=number, state=State.WAITING).first()
    if row is None:
        return None
    row.tries += 1
    row.tried_at = timezone.now()
    row.save(update_fields=["tries", "tried_at"])
    return row


@transaction.atomic
def _end(row: Delivery, status: int | None, problem: str) -> str:
    """Note what came of an attempt; returns the state."""
    if status is not None and 200 <= status < 300:
        state = State.ARRIVED
    elif status == GONE or problem == "paused" or row.tries >= MOST_TRIES:
        state = State.FAILED
    else:
        state = State.WAITING
    Delivery.objects.filter(pk=row.pk).update(state=state, status=status, problem=problem)
    if status == GONE:
        Webhook.objects.filter(pk=row.webhook_id, paused="").update(paused=Webhook.Why.GONE)
    return str(state)


# --- keeping --------------------------------------------------------------------------------------
@transaction.atomic
def prune(now: datetime | None = None) -> int:
    """Erase old messages, show as failed what nobody tries any more; returns how many went."""
    now = now or timezone.now()
    lost = Delivery.objects.filter(state=State.WAITING).filter(
        Q(tried_at__lt=now - LOST_AFTER) | Q(tried_at=None, made_at__lt=now - LOST_AFTER)
    )
    lost.update(state=State.FAILED, problem="lost")
    return Delivery.objects.filter(made_at__lt=now - KEEP).delete()[0]
