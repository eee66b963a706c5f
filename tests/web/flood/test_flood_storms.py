"""Storms: one at a time, only over invented valleys, with clear words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from factories.flood_room import HOUR, plan, run
from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.accounts.models import LogEntry
from steiger.web.flood.domain.cycle import commit
from steiger.web.flood.domain.storms import SHAPES, StormError, current_storm, start_storm
from steiger.web.flood.models import Network, Storm

pytestmark = pytest.mark.django_db


def begin(network: Network, strength: str = "heavy") -> Storm:
    return start_storm(network=network, strength=strength, by=VISITOR)


def test_storm_begins_soon_and_is_logged(network: Network) -> None:
    storm = begin(network)
    shape = SHAPES[Storm.Strength.HEAVY]
    assert network.clock is not None
    assert storm.begins == network.clock + shape.wait * HOUR
    assert storm.rain_ends - storm.begins == shape.rain * HOUR
    assert LogEntry.objects.get().act == "flood.storm.start"


def test_second_storm_is_refused(network: Network) -> None:
    begin(network)
    with pytest.raises(StormError) as refused:
        begin(network)
    assert refused.value.reason == "under_way"


def test_database_lets_only_one_through(network: Network) -> None:
    storm = begin(network)
    with pytest.raises(IntegrityError), transaction.atomic():
        Storm.objects.create(
            network=network,
            strength="heavy",
            begins=storm.begins,
            rain_ends=storm.rain_ends,
            ends=storm.ends,
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"paused": True}, "paused"), ({"simulated": False}, "real"), ({"clock": None}, "waiting")],
)
def test_no_storm_when_it_makes_no_sense(
    network: Network, change: dict[str, object], reason: str
) -> None:
    Network.objects.update(**change)
    with pytest.raises(StormError) as refused:
        begin(network)
    assert refused.value.reason == reason


def test_too_many_storms_within_an_hour(network: Network) -> None:
    for _ in range(12):
        begin(network)
        Storm.objects.update(over_at=timezone.now())
    with pytest.raises(StormError) as refused:
        begin(network)
    assert refused.value.reason == "often"
    Storm.objects.update(requested_at=timezone.now() - timedelta(hours=2))
    begin(network)


def test_storm_is_over_when_its_time_is_up_and_nothing_is_warned_of(network: Network) -> None:
    storm = begin(network)
    Storm.objects.update(begins=storm.begins - 20 * HOUR, ends=storm.begins)
    run(network, [1.3, 1.3, 1.3])
    assert current_storm(network) is not None, "a warning is still in force"
    run(network, [0.6] * 12)
    assert current_storm(network) is None


def test_storm_ends_at_last_even_if_a_warning_stays(network: Network) -> None:
    begin(network)
    Storm.objects.update(begins=network.clock, rain_ends=network.clock, ends=network.clock)
    run(network, [1.3])
    assert current_storm(network) is None


# --- pages ----------------------------------------------------------------------------------------
def post(client: Client, strength: str = "heavy") -> str:
    answer = client.post("/hochwasser/sturm/beispieltal/", {"strength": strength}, follow=True)
    return answer.content.decode()


def test_visitor_is_told_what_happens_next_and_how_long(client: Client, network: Network) -> None:
    text = post(client)
    assert "Das Unwetter kommt" in text
    assert "Ein Unwetter zieht durch" in text
    assert 'aria-current="step"' in text


def test_wrong_strength_is_told(client: Client, network: Network) -> None:
    assert "Wählen Sie, wie viel Regen fällt" in post(client, "sintflut")
    assert not Storm.objects.exists()


def test_refusal_is_told(client: Client, network: Network) -> None:
    post(client)
    assert "Es zieht schon ein Unwetter durch" in post(client)


def test_storm_needs_the_forms_token(network: Network) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/hochwasser/sturm/beispieltal/", {"strength": "heavy"}).status_code == 403


def test_phases_pass_one_after_the_other(client: Client, network: Network) -> None:
    post(client)
    seen = []
    for _ in range(16):
        commit(network, plan(network, 0.7))
        page = client.get("/hochwasser/").content.decode()
        now = page.partition('aria-current="step"')[2].partition("</span>")[0]
        seen.append(now.rpartition(">")[2])
    assert list(dict.fromkeys(seen))[:3] == [
        "Wolken ziehen auf",
        "Es regnet",
        "Die Pegel steigen und erreichen ihren Scheitel",
    ]
