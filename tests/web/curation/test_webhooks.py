"""Webhooks: what is told to whom, how often it is tried, and what the page does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.curation import accept, acting, make_edit, own_statements, statements
from factories.directory import make_actor
from factories.freshness import make_representative
from steiger.adapters.webhooks import Answer, WebhookError, signature, verify
from steiger.web.accounts.models import LogEntry
from steiger.web.background.domain.policies import policy_of
from steiger.web.curation.domain import decisions, deliveries, representing
from steiger.web.curation.domain import webhooks as acts
from steiger.web.curation.models import Delivery, Representation, Submission, Webhook
from steiger.web.curation.tasks import deliver_webhook_task
from steiger.web.directory.domain.merging import merge_actors

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_CODED = "https://xn--mller-kva.example/empf%C3%A4nger?%C3%A4=1"
ADDRESS = "https://www.example.org/webhook?key=7"


@pytest.fixture
def mine() -> Representation:
    """Somebody who speaks for an entry."""
    return make_representative(email="stelle@example.org")


def edit(mine: Representation, **fields: Any) -> Submission:
    """A change of the entry that waits."""
    after = [*own_statements(mine.actor), _description()]
    return make_edit(mine.actor, after, user=mine.user, **fields)


def _description() -> dict[str, Any]:
    return next(one for one in statements(description="Neu.") if one["is"] == "description")


class Receiver:
    """Stands where messages go; remembers them, and answers as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: int | str) -> None:
        self.got: list[dict[str, Any]] = []
        self.answers = list(answers)
        monkeypatch.setattr(deliveries, "deliver", self.take)

    def take(self, address: str, payload: bytes, **how: Any) -> Answer:
        self.got.append({"address": address, "payload": payload, **how})
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, str):
            raise WebhookError(said, "no answer from www.example.org")
        return Answer(said)


# --- what is told ---------------------------------------------------------------------------------
def test_a_decision_is_told_to_whoever_speaks_for_the_entry(mine: Representation) -> None:
    hook, _secret = acts.add(representation=mine, address=ADDRESS)
    colleague = make_representative(mine.actor, email="kollegin@example.org")
    other, _secret = acts.add(representation=colleague, address=ADDRESS)
    quiet, _secret = acts.add(representation=mine, address="https://still.example.org/")
    acts.pause(webhook=quiet, paused=True)
    stranger = make_representative(make_actor("Anderswo"), email="fremd@example.org")
    acts.add(representation=stranger, address=ADDRESS)
    row = edit(mine, person_name="Kim Beispiel", words="Bitte bald.")
    decision = accept(row, reason="correct", words="Danke, Kim.")
    told = {one.webhook_id: one.payload for one in Delivery.objects.all()}
    assert set(told) == {hook.pk, other.pk}
    assert told[hook.pk]["type"] == "submission.accepted"
    data = told[hook.pk]["data"]
    assert (data["submission"], data["state"], data["version"]) == (str(row.pk), "accepted", 1)
    assert data["reason_text"]["de"] == "Angaben geprüft und richtig"
    assert data["url"].endswith(f"/api/v1/me/submissions/{row.pk}")
    assert (told[other.pk]["data"]["own"], "url" in told[other.pk]["data"]) == (False, False)
    text = json.dumps(list(told.values()), ensure_ascii=False)
    assert not any(word in text for word in ("Kim", "stelle@", "Bitte bald"))
    decisions.undo(decision, by=acting())
    later = Delivery.objects.filter(webhook=hook, event="submission.reopened").get()
    assert later.payload["data"]["version"] == 2


def test_what_is_not_decided_is_not_told(mine: Representation) -> None:
    acts.add(representation=mine, address=ADDRESS)
    row = edit(mine)
    with transaction.atomic():
        accept(row, reason="correct")
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_a_merged_entry_takes_its_webhooks_along(mine: Representation) -> None:
    into = make_actor("Verbund", slug="verbund")
    acts.add(representation=mine, address=ADDRESS)
    both = make_representative(into, email=mine.user.email)  # speaks for the other one, too
    acts.add(representation=both, address="https://zwei.example.org/")
    merge_actors(duplicate=mine.actor, into=into, by=acting(), reason="")
    decisions.reject(edit(both), by=acting(), reason="not_true", version=0)
    assert {one.payload["data"]["actor"]["id"] for one in Delivery.objects.all()} == {"verbund"}
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("order", ["inner", "outer"])
@pytest.mark.parametrize("speaks_for", ["first", "first_second", "first_last", "all"])
def test_webhooks_follow_over_two_mergers(order: str, speaks_for: str) -> None:
    first, second, last = (make_actor(name, slug=name.lower()) for name in ("Amt", "Bund", "Chor"))
    mine = make_representative(first, email="stelle@example.org")
    acts.add(representation=mine, address=ADDRESS)
    if speaks_for in ("first_second", "all"):
        make_representative(second, email=mine.user.email)
    if speaks_for in ("first_last", "all"):
        make_representative(last, email=mine.user.email)
    waiting = edit(mine)
    pairs = [(first, second), (second, last)]
    for duplicate, into in pairs if order == "inner" else [pairs[1], (first, last)]:
        merge_actors(duplicate=duplicate, into=into, by=acting(), reason="")
    waiting.refresh_from_db()
    decisions.reject(waiting, by=acting(), reason="not_true", version=0)
    assert [one.payload["data"]["actor"]["id"] for one in Delivery.objects.all()] == ["chor"]


def test_whoever_leaves_takes_the_webhook_along(mine: Representation) -> None:
    hook, _secret = acts.add(representation=mine, address=ADDRESS)
    made = acts.try_out(webhook=hook)
    representing.leave(actor=mine.actor, user=mine.user)
    assert not Webhook.objects.exists()
    assert deliveries.send(made.pk) == "gone"


# --- how it is sent -------------------------------------------------------------------------------
def test_a_message_is_signed_and_keeps_its_number(
    mine: Representation, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver(monkeypatch, 500, "no_answer", 204)
    hook, secret = acts.add(representation=mine, address=ADDRESS)
    made = acts.try_out(webhook=hook)
    for _ in range(2):
        with pytest.raises(deliveries.NotTakenError) as caught:
            deliveries.send(made.pk)
        assert "example.org" not in str(caught.value)  # runs are shown to all staff
    assert deliveries.send(made.pk) == "arrived"
    assert deliveries.send(made.pk) == "gone"  # once is enough
    made.refresh_from_db()
    assert (made.state, made.tries, made.status, made.problem) == ("arrived", 3, 204, "")
    assert len({one["message_id"] for one in receiver.got}) == 1
    last = receiver.got[-1]
    assert (last["address"], last["secret"]) == (ADDRESS, secret)
    assert json.loads(last["payload"]) == made.payload


def test_it_is_tried_so_often_and_then_shown_as_failed(
    mine: Representation, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver(monkeypatch, 503)
    hook, _secret = acts.add(representation=mine, address=ADDRESS)
    made = acts.try_out(webhook=hook)
    policy = policy_of(deliver_webhook_task.module_path)
    waits = [policy.wait(tries) for tries in range(1, deliveries.MOST_TRIES + 1)]
    assert waits[-1] is None
    assert timedelta(hours=3) < sum(filter(None, waits), timedelta()) < timedelta(hours=5)
    for _ in range(deliveries.MOST_TRIES - 1):
        with pytest.raises(deliveries.NotTakenError):
            deliveries.send(made.pk)
    assert deliveries.send(made.pk) == "failed"
    receiver.answers = [200]
    acts.repeat(delivery=made)
    with pytest.raises(acts.WebhookError, match="underway"):
        acts.repeat(delivery=made)
    assert deliveries.send(made.pk) == "arrived"
    assert len({one["message_id"] for one in receiver.got}) == 1


def test_a_receiver_that_wants_no_more_is_left_alone(
    mine: Representation, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver(monkeypatch, 410)
    hook, _secret = acts.add(representation=mine, address=ADDRESS)
    first, second = acts.try_out(webhook=hook), acts.try_out(webhook=hook)
    assert (deliveries.send(first.pk), deliveries.send(second.pk)) == ("failed", "failed")
    assert len(receiver.got) == 1
    hook.refresh_from_db()
    assert hook.paused == Webhook.Why.GONE
    with pytest.raises(acts.WebhookError, match="paused"):
        acts.try_out(webhook=hook)


def test_old_messages_go_and_lost_ones_are_shown(mine: Representation) -> None:
    hook, _secret = acts.add(representation=mine, address=ADDRESS)
    now = timezone.now()
    made = acts.try_out(webhook=hook)
    assert deliveries.prune(now + timedelta(hours=11)) == 0
    assert Delivery.objects.get().state == "waiting"
    assert deliveries.prune(now + timedelta(hours=13)) == 0
    assert (Delivery.objects.get().state, Delivery.objects.get().problem) == ("failed", "lost")
    acts.repeat(delivery=made)
    assert deliveries.prune(now + timedelta(days=31)) == 1


# --- rules and page -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://www.example.org/", "not_https"),
        ("https://10.0.0.1/", "not_public"),
        ("https://rechner/", "not_public"),
        ("https://u:p@example.org/", "password_in_address"),
        ("https://example.org/" + "a" * 500, "no_address"),
        (ADDRESS, "there"),
    ],
)
def test_addresses_that_are_not_added(mine: Representation, address: str, code: str) -> None:
    acts.add(representation=mine, address=ADDRESS)
    with pytest.raises(acts.WebhookError) as caught:
        acts.add(representation=mine, address=address)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://müller.example:443/empfänger?ä=1#x", _CODED),
        ("HTTPS://Example.org", "https://example.org/"),
        ("https://[2606:2800:220:1::1]/", "https://[2606:2800:220:1::1]/"),
    ],
)
def test_addresses_are_kept_as_they_are_sent(mine: Representation, typed: str, sent: str) -> None:
    assert acts.add(representation=mine, address=typed)[0].address == sent


def test_there_are_few_and_nobody_floods_through_them(mine: Representation) -> None:
    for number in range(acts.MOST):
        hook, _secret = acts.add(representation=mine, address=f"https://n{number}.example.org/")
    with pytest.raises(acts.WebhookError, match="many"):
        acts.add(representation=mine, address=ADDRESS)
    for _ in range(acts.MOST_BY_HAND):
        acts.try_out(webhook=hook)
    with pytest.raises(acts.WebhookError, match="often"):
        acts.try_out(webhook=hook)


def test_the_page_shows_the_secret_once_and_does_the_rest(
    client: Client, mine: Representation
) -> None:
    client.force_login(mine.user, backend=BACKEND)
    page = f"/eintraege/meine/programme/{mine.actor.slug}/"
    made = client.post(page, {"address": ADDRESS})
    hook = Webhook.objects.get()
    secret = deliveries.secret_of(hook)
    assert secret in made.content.decode()
    assert secret not in client.get(page).content.decode()
    assert b"https://" in client.post(page, {"address": "http://a.example"}).content
    one = f"/eintraege/meine/programm/{hook.pk}/"
    renewed = client.post(one, {"act": "renew"}).content.decode()
    hook.refresh_from_db()
    assert deliveries.secret_of(hook) in renewed
    assert secret not in renewed
    client.post(one, {"act": "test"})
    row = Delivery.objects.get()
    Delivery.objects.update(state="failed", problem="no_answer")
    assert str(row.pk) in client.get(one).content.decode()
    client.post(one, {"act": "repeat", "delivery": str(row.pk)})
    assert Delivery.objects.get().state == "waiting"
    client.post(one, {"act": "pause"})
    hook.refresh_from_db()
    assert hook.paused == "person"
    assert client.post(one, {"act": "remove"}).status_code == 302
    assert not Webhook.objects.exists()
    # The log says what was done, and neither where to nor with what.
    logged = list(LogEntry.objects.filter(object_type="curation.webhook").values())
    assert {entry["act"].rpartition(".")[2] for entry in logged} == {
        "add", "renew", "pause", "remove",
    }  # fmt: skip
    assert not any(word in str(logged) for word in ("example.org", secret))


def test_nothing_that_signs_is_kept(mine: Representation) -> None:
    hook, secret = acts.add(representation=mine, address=ADDRESS)
    kept = str(list(Webhook.objects.values()))
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept
    how = {"message_id": "msg_1", "timestamp": 1, "payload": b"{}", "now": 1.0}
    given = signature(secret, message_id="msg_1", timestamp=1, payload=b"{}")
    assert verify(deliveries.secret_of(hook), given=given, **how)  # type: ignore[arg-type]
