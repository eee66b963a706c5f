"""Webhooks of representatives: add, pause, renew the secret, try, repeat, remove."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from steiger.lib.internet import AddressError, https_host
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleName, User
from steiger.web.curation.domain import deliveries
from steiger.web.curation.domain.deliveries import secret_of
from steiger.web.curation.models import Delivery, Representation, Webhook

#: Of one person for one actor.
MOST = 5
#: Tests and repeats of one webhook within an hour, so that nobody floods others through us.
MOST_BY_HAND = 20
LONGEST = 500


class WebhookError(ValueError):
    """The act breaks a rule.

    ``code``: one of ``steiger.lib.internet.AddressError``, or many, there (the address is known
    already), paused, often (too many tests within an hour), underway (it has not failed).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def of_person(user: User, number: uuid.UUID) -> Webhook | None:
    """A person's own webhook, while she speaks for its actor."""
    rows = Webhook.objects.filter(
        pk=number, representation__user=user, representation__state=Representation.State.ACTIVE
    )
    return rows.select_related("representation__actor", "representation__user").first()


@transaction.atomic
def add(*, representation: Representation, address: str) -> tuple[Webhook, str]:
    """Tell decisions to an address from now on; the secret is shown this once.

    Raises:
        WebhookError: see there.
    """
    address = _as_sent(address.strip())
    # Counting holds as long as nobody else adds one meanwhile.
    Representation.objects.select_for_update().get(pk=representation.pk)
    if Webhook.objects.filter(representation=representation).count() >= MOST:
        raise WebhookError("many")
    try:
        with transaction.atomic():
            row = Webhook.objects.create(representation=representation, address=address)
    except IntegrityError as error:
        raise WebhookError("there") from error
    _log(row, "curation.webhook.add")
    return row, secret_of(row)


@transaction.atomic
def renew_secret(*, webhook: Webhook) -> str:
    """A new secret; the old one signs nothing any more. It is shown this once."""
    row = _locked(webhook)
    row.secret_number += 1
    row.save(update_fields=["secret_number"])
    _log(row, "curation.webhook.renew")
    return secret_of(row)


@transaction.atomic
def pause(*, webhook: Webhook, paused: bool) -> None:
    """Send nothing, or send again; what is decided in a pause is never sent."""
    row = _locked(webhook)
    wanted = Webhook.Why.PERSON if paused else ""
    if bool(row.paused) != paused:
        row.paused = wanted
        row.save(update_fields=["paused"])
        _log(row, "curation.webhook.pause" if paused else "curation.webhook.resume")


@transaction.atomic
def remove(*, webhook: Webhook) -> None:
    """Forget a webhook and what was sent to it."""
    row = _locked(webhook)
    _log(row, "curation.webhook.remove")
    row.delete()


@transaction.atomic
def try_out(*, webhook: Webhook) -> Delivery:
    """Send a message that only says that it is a test.

    Raises:
        WebhookError: paused or often.
    """
    row = _locked(webhook)
    if row.paused:
        raise WebhookError("paused")
    _check_often(row)
    return deliveries.queue(
        row, Delivery.Event.TEST, {"actor": deliveries.actor_data(row.representation.actor)}
    )


@transaction.atomic
def repeat(*, delivery: Delivery) -> None:
    """Send a message that failed once more, under the same number.

    Raises:
        WebhookError: underway, paused or often.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != Delivery.State.FAILED:
        raise WebhookError("underway")
    if row.webhook.paused:
        raise WebhookError("paused")
    _check_often(row.webhook)
    deliveries.queue_again(row)


def _as_sent(address: str) -> str:
    """An address in the form in which it goes over the wire: umlauts coded, no fragment.

    Raises:
        WebhookError: it is none that may be used.
    """
    try:
        host = https_host(address).encode("idna").decode()
    except AddressError as error:
        raise WebhookError(error.kind) from error
    except UnicodeError as error:
        raise WebhookError("no_address") from error
    parts = urlsplit(address)
    place = f"[{host}]" if ":" in host else host
    path, query = iri_to_uri(parts.path) or "/", iri_to_uri(parts.query) or ""
    found = urlunsplit(("https", place, path, query, ""))
    if len(found) > LONGEST:
        raise WebhookError("no_address")
    return found


def _check_often(webhook: Webhook) -> None:
    since = timezone.now() - timedelta(hours=1)
    by_hand = webhook.deliveries.filter(event=Delivery.Event.TEST, made_at__gte=since).count()
    repeated = webhook.deliveries.filter(repeated_at__gte=since).count()
    if by_hand + repeated >= MOST_BY_HAND:
        raise WebhookError("often")


def _locked(webhook: Webhook) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related(
        "representation__actor", "representation__user"
    )
    return rows.get(pk=webhook.pk)


def _log(row: Webhook, act: str) -> None:
    """The log names the actor and never the address, which may hold a secret of the receiver."""
    by = audit.Actor.of(row.representation.user, str(RoleName.REPRESENTATIVE))
    entry = audit.Entry(act, "curation.webhook", str(row.pk), row.representation.actor.name)
    audit.record_many(by=by, entries=[entry])
