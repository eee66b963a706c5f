"""Access keys: made, shown once, used, revoked, and what they open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.api import make_key, make_map
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.access_keys import AccessKeyError, create_key, key_of, revoke_key
from steiger.web.accounts.domain.retention import prune
from steiger.web.accounts.models import AccessKey, LogEntry, User
from steiger.web.curation.models import Representation

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_my_actors_are_those_that_i_represent(client: Client) -> None:
    actors = make_map()
    user, secret = make_key(actors["firm"])
    Representation.objects.create(actor=actors["institute"], user=user)  # only asked for
    Representation.objects.create(
        actor=actors["gone"], user=user, state=Representation.State.ACTIVE
    )
    answer = client.get("/api/v1/me/actors", headers=bearer(secret))
    assert [one["id"] for one in answer.json()["items"]] == ["beispiel-robotik"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer["Vary"]


def test_a_session_opens_nothing(client: Client) -> None:
    user, _ = make_key(make_map()["firm"])
    client.force_login(user, backend=BACKEND)
    answer = client.get("/api/v1/me/actors")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer steiger_falsch", "Bearer ä"])
def test_no_key_is_401(client: Client, header: str) -> None:
    answer = client.get("/api/v1/me/actors", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_for_something_else_is_403(client: Client) -> None:
    _, secret = make_key(make_map()["firm"], scopes=("actor:write",))
    answer = client.get("/api/v1/me/actors", headers=bearer(secret))
    assert answer.status_code == 403
    assert "actor:read" in answer.json()["detail"]


def test_revoked_ended_and_closed(client: Client) -> None:
    user, secret = make_key()
    key = AccessKey.objects.get()
    assert key_of(secret) == key
    assert key_of(secret, timezone.now() + timedelta(days=31)) is None
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert key_of(secret) is None
    User.objects.filter(pk=user.pk).update(is_active=True)
    revoke_key(key=key, by=audit.Actor.of(user))
    assert key_of(secret) is None
    acts = list(
        LogEntry.objects.filter(object_type="accounts.accesskey").values_list("act", flat=True)
    )
    assert sorted(acts) == ["accounts.key.create", "accounts.key.revoke"]


def test_the_secret_is_kept_nowhere(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        user, secret = make_key()
    key = AccessKey.objects.get()
    kept = [str(value) for value in AccessKey.objects.values_list().get()]
    logged = str(list(LogEntry.objects.values()))
    assert not any(secret in text for text in [*kept, logged, *(m.body for m in mail.outbox)])
    assert len(secret) > 45
    assert (key.user, mail.outbox[-1].to) == (user, [user.email])


def test_use_is_noted_at_most_every_five_minutes() -> None:
    _, secret = make_key()
    now = timezone.now()
    for minutes, expected in ((0, 0), (3, 0), (6, 6)):
        key_of(secret, now + timedelta(minutes=minutes))
        assert AccessKey.objects.get().last_used_at == now + timedelta(minutes=expected)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [(" ", ["actor:read"], 30), ("a", [], 30), ("a", ["root"], 30), ("a", ["actor:read"], 400)],
)
def test_what_a_key_may_not_be(name: str, scopes: list[str], days: int) -> None:
    user, _ = make_key()
    with pytest.raises(AccessKeyError):
        create_key(user=user, name=name, scopes=scopes, days=days, by=audit.SYSTEM)
    assert AccessKey.objects.count() == 1


def test_ended_keys_are_erased_after_ninety_days() -> None:
    make_key()
    assert prune(timezone.now() + timedelta(days=119))["access_keys"] == 0
    assert prune(timezone.now() + timedelta(days=121))["access_keys"] == 1


def test_page_shows_the_secret_once(client: Client) -> None:
    user, _ = make_key()
    client.force_login(user, backend=BACKEND)
    form = {"name": "Unsere Website", "scopes": ["actor:read"], "days": "90"}
    made = client.post("/konto/zugangsschluessel/", form)
    key = AccessKey.objects.get(name="Unsere Website")
    secret = made.content.decode().partition("<code>")[2].partition("</code>")[0]
    assert key_of(secret) == key
    assert "no-store" in made["Cache-Control"]
    assert secret not in client.get("/konto/zugangsschluessel/").content.decode()
    client.post(f"/konto/zugangsschluessel/{key.pk}/entziehen/")
    assert key_of(secret) is None
    wrong = client.post("/konto/zugangsschluessel/", {**form, "scopes": []})
    assert wrong.status_code == 200
    assert AccessKey.objects.count() == 2
