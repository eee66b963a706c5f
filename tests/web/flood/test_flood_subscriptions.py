"""Asking, confirming, leaving: by mail, told to nobody else, erased in time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from factories.cases import make_case
from factories.flood_room import run
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.flood.domain import firm_data, subscriptions, tokens
from steiger.web.flood.domain.subscriptions import (
    TooManyError,
    confirm,
    leave,
    prune_unconfirmed,
    subscribe,
)
from steiger.web.flood.domain.tokens import CONFIRM, LEAVE, TokenError, subscription_of, token_for
from steiger.web.flood.models import Network, Notice, Sensor, Subscription

pytestmark = pytest.mark.django_db
ADDRESS = "firma@example.org"


def ask(gauge: Sensor, level: int = 2, email: str = ADDRESS, language: str = "de") -> None:
    subscribe(sensor=gauge, level=level, email=email, language=language)


def link_in(mail: OutgoingMail, word: str) -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(\S*/{word}/\S+)", mail.content["text"])
    assert found is not None
    return found.group(1)


# --- acts -----------------------------------------------------------------------------------------
def test_asking_sends_one_mail_to_confirm(gauge: Sensor) -> None:
    ask(gauge, email=" Firma@Example.org ")
    subscription = Subscription.objects.get()
    assert (subscription.email, subscription.confirmed_at) == (ADDRESS, None)
    assert OutgoingMail.objects.get().recipients["to"] == [ADDRESS]


def test_asking_again_soon_sends_nothing(gauge: Sensor) -> None:
    ask(gauge)
    ask(gauge)
    assert (Subscription.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_asking_again_later_sends_the_link_again(gauge: Sensor) -> None:
    ask(gauge)
    Subscription.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    ask(gauge)
    assert (Subscription.objects.count(), OutgoingMail.objects.count()) == (1, 2)


def test_asking_when_confirmed_says_so_by_mail_only(gauge: Sensor) -> None:
    ask(gauge)
    long_ago = timezone.now() - timedelta(hours=1)
    Subscription.objects.update(confirmed_at=long_ago, asked_at=long_ago)
    ask(gauge)
    last = OutgoingMail.objects.order_by("created_at").last()
    assert last is not None
    assert "/bestaetigen/" not in last.content["text"]
    assert Subscription.objects.get().confirmed_at == long_ago


def test_unknown_level_is_refused(gauge: Sensor) -> None:
    with pytest.raises(ValueError, match="no level 4"):
        ask(gauge, level=4)


def test_one_address_cannot_be_flooded(network: Network, gauge: Sensor) -> None:
    for sensor in network.sensors.filter(target=True):
        for level in (1, 2, 3):
            ask(sensor, level)
    assert OutgoingMail.objects.count() == subscriptions.MOST_OPEN


def test_everybody_together_is_limited(gauge: Sensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MOST_PER_HOUR", 2)
    ask(gauge, email="a@example.org")
    ask(gauge, email="b@example.org")
    with pytest.raises(TooManyError):
        ask(gauge, email="c@example.org")


def test_confirming_twice_is_once(gauge: Sensor) -> None:
    ask(gauge)
    subscription = Subscription.objects.get()
    first = confirm(subscription_id=subscription.id).confirmed_at
    assert confirm(subscription_id=subscription.id).confirmed_at == first
    assert LogEntry.objects.filter(act="flood.subscription.confirm").count() == 1


def test_confirming_in_a_flood_alerts_at_once_and_only_once(
    network: Network, gauge: Sensor
) -> None:
    ask(gauge, level=1)
    run(network, [1.3])
    subscription = Subscription.objects.get()
    confirm(subscription_id=subscription.id)
    confirm(subscription_id=subscription.id)
    run(network, [1.4])
    assert [notice.kind for notice in Notice.objects.all()] == ["alert"]


def test_leaving_erases_and_is_logged_without_address(gauge: Sensor) -> None:
    ask(gauge)
    subscription = Subscription.objects.get()
    assert leave(subscription_id=subscription.id) is True
    assert leave(subscription_id=subscription.id) is False
    assert not Subscription.objects.exists()
    entries = LogEntry.objects.filter(act__startswith="flood.subscription")
    assert {entry.act for entry in entries} == {
        "flood.subscription.ask",
        "flood.subscription.leave",
    }
    assert not [e for e in entries if "firma" in f"{e.object_label}{e.changes}{e.reason}"]


def test_unconfirmed_are_erased_after_two_days(gauge: Sensor) -> None:
    old = timezone.now() - subscriptions.KEEP_UNCONFIRMED - timedelta(minutes=1)
    Subscription.objects.create(sensor=gauge, level=1, email=ADDRESS, created_at=old)
    Subscription.objects.create(
        sensor=gauge, level=2, email=ADDRESS, created_at=old, confirmed_at=old
    )
    Subscription.objects.create(sensor=gauge, level=3, email=ADDRESS)
    assert prune_unconfirmed() == 1
    assert sorted(Subscription.objects.values_list("level", flat=True)) == [2, 3]


# --- tokens ---------------------------------------------------------------------------------------
def test_token_names_its_subscription_for_one_purpose(gauge: Sensor) -> None:
    subscription = Subscription.objects.create(sensor=gauge, level=1, email=ADDRESS)
    token = token_for(subscription.id, CONFIRM)
    assert subscription_of(token, CONFIRM) == subscription.id
    with pytest.raises(TokenError):
        subscription_of(token, LEAVE)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "..", "ÄÖ", "🌧:1:2"])
def test_forged_token_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        subscription_of(token, CONFIRM)


def test_token_to_confirm_expires_the_one_to_leave_does_not(
    gauge: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = Subscription.objects.create(sensor=gauge, level=1, email=ADDRESS)
    made = {purpose: token_for(subscription.id, purpose) for purpose in (CONFIRM, LEAVE)}
    monkeypatch.setattr(tokens, "CONFIRM_WITHIN", timedelta(seconds=-1))
    with pytest.raises(TokenError):
        subscription_of(made[CONFIRM], CONFIRM)
    assert subscription_of(made[LEAVE], LEAVE) == subscription.id


# --- pages ----------------------------------------------------------------------------------------
def answer(client: Client, sensor: Sensor, **more: Any) -> Any:
    values = {"gauge": sensor.pk, "level": 2, "email": ADDRESS, "website": ""} | more
    return client.post("/hochwasser/nachricht/", values)


def test_whole_walk_by_links(client: Client, gauge: Sensor) -> None:
    assert answer(client, gauge).headers["Location"] == "/hochwasser/nachricht/unterwegs/"
    link = link_in(OutgoingMail.objects.get(), "bestaetigen")
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert Subscription.objects.get().confirmed_at is None, "opening a link changes nothing"
    client.post(link)
    assert Subscription.objects.get().confirmed_at is not None
    leave_link = link_in(OutgoingMail.objects.get(), "beenden")
    assert client.get(leave_link).status_code == 200
    assert Subscription.objects.count() == 1
    assert client.post(leave_link).headers["Location"] == "/hochwasser/nachricht/beendet/"
    assert Subscription.objects.count() == 0
    assert client.get(leave_link).status_code == 302
    assert client.get(link).status_code == 404


def test_mail_programs_leave_without_cookie_or_token(gauge: Sensor) -> None:
    ask(gauge)
    link = link_in(OutgoingMail.objects.get(), "beenden")
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(link, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, Subscription.objects.count()) == (302, 0)


def test_confirming_needs_the_forms_token(gauge: Sensor) -> None:
    ask(gauge)
    link = link_in(OutgoingMail.objects.get(), "bestaetigen")
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


def test_pages_never_show_the_address(client: Client, gauge: Sensor) -> None:
    ask(gauge)
    for word in ("bestaetigen", "beenden"):
        page = client.get(link_in(OutgoingMail.objects.get(), word))
        assert ADDRESS not in page.content.decode()


def test_answer_is_the_same_for_a_known_address(client: Client, gauge: Sensor) -> None:
    first = answer(client, gauge)
    Subscription.objects.update(confirmed_at=timezone.now())
    second = answer(client, gauge)
    assert (first.status_code, first.headers["Location"]) == (
        second.status_code,
        second.headers["Location"],
    )


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"email": "firma"}, "name@example.org"),
        ({"email": ""}, "Geben Sie die Adresse an"),
        ({"gauge": ""}, "Wählen Sie den Pegel"),
        ({"gauge": 999_999}, "Diesen Pegel gibt es nicht"),
        ({"level": ""}, "ab welcher Stufe"),
    ],
)
def test_error_names_the_way_out(
    client: Client, gauge: Sensor, wrong: dict[str, Any], text: str
) -> None:
    response = answer(client, gauge, **wrong)
    assert response.status_code == 400
    assert text in response.content.decode()
    assert not OutgoingMail.objects.exists()


def test_gauge_without_the_level_is_told(client: Client, gauge: Sensor) -> None:
    gauge.warning_levels = [1.2]
    gauge.save()
    response = answer(client, gauge, level=3)
    assert response.status_code == 400
    assert not Subscription.objects.exists()


def test_gauge_without_levels_is_not_offered(
    client: Client, network: Network, gauge: Sensor
) -> None:
    Sensor.objects.filter(pk=gauge.pk).update(warning_levels=[])
    page = client.get("/hochwasser/nachricht/?pegel=mittelwerk").content.decode()
    assert "Pegel Talmund" in page
    assert "Pegel Mittelwerk" not in page
    network.sensors.update(warning_levels=[])
    page = client.get("/hochwasser/nachricht/").content.decode()
    assert "Kein Pegel dieses Gewässers hat Warnstufen" in page
    assert "<form class" not in page


def test_only_levels_that_a_gauge_has_are_offered(
    client: Client, network: Network, gauge: Sensor
) -> None:
    network.sensors.filter(target=True).update(warning_levels=[1.2])
    page = client.get("/hochwasser/nachricht/?pegel=mittelwerk").content.decode()
    assert page.count('name="level"') == 1
    assert "checked" in page, "the usual level 2 is not chosen where there is none"


def test_machines_are_left_in_the_dark(client: Client, gauge: Sensor) -> None:
    assert answer(client, gauge, website="http://spam.example").status_code == 302
    assert not Subscription.objects.exists()


def test_one_sender_is_limited(client: Client, gauge: Sensor) -> None:
    codes = [answer(client, gauge, email=f"a{n}@example.org").status_code for n in range(11)]
    assert (codes[:10], codes[10]) == ([302] * 10, 429)


def test_log_line_of_a_token_page_names_the_pattern_only(
    client: Client, gauge: Sensor, capfd: Any
) -> None:
    ask(gauge)
    link = link_in(OutgoingMail.objects.get(), "bestaetigen")
    client.get(link)
    written = "".join(capfd.readouterr())
    assert link.rstrip("/").rpartition("/")[2] not in written


def test_a_firm_that_is_erased_gets_no_more_warnings(gauge: Sensor) -> None:
    firm = make_case(ADDRESS).firm
    ask(gauge)
    ask(gauge, email="fremd@example.org")
    (told,) = firm_data.kept(firm.pk, [ADDRESS.upper()])
    assert (told["gauge"], told["level"], told["email"]) == (gauge.key, 2, ADDRESS)
    erase_firm(firm=firm, by=audit.VISITOR)
    assert [one.email for one in Subscription.objects.all()] == ["fremd@example.org"]
