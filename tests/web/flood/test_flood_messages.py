"""The room's CAP messages: valid, with an end, renewed in time, ended by the all-clear."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from factories.flood_room import BEGIN, HOUR, run, write_folder
from steiger.adapters.cap import CapAlert, parse_cap
from steiger.web.background.models import OutgoingMail
from steiger.web.flood.models import Network, Sensor, Subscription, WarningEvent

pytestmark = pytest.mark.django_db
#: A small flood for a day and a quarter, a larger one, a small one again, and calm.
FLOOD = [0.7, *[1.3] * 30, *[1.9] * 3, *[1.25] * 8, *[0.6] * 8]


@pytest.fixture
def flood(network: Network, settings: Any, tmp_path: Path) -> Network:
    """The network after a flood, with the folder that knows its places."""
    settings.DATA_DIR = tmp_path
    write_folder(network, tmp_path)
    run(network, FLOOD)
    return network


def messages(gauge: Sensor) -> list[CapAlert]:
    events = WarningEvent.objects.filter(sensor=gauge).order_by("id")
    return [parse_cap(event.cap.encode()) for event in events]


def test_warning_in_force_is_renewed_and_cancelled(flood: Network, gauge: Sensor) -> None:
    kinds = list(gauge.events.order_by("id").values_list("kind", flat=True))
    assert kinds == ["raised", "renewed", "renewed", "escalated", "deescalated", "all_clear"]
    told = messages(gauge)
    types = [message.message_type for message in told]
    assert types == ["Alert", "Update", "Update", "Update", "Update", "Cancel"]
    assert [message.sent for message in told][:3] == [BEGIN + hours * HOUR for hours in (2, 14, 26)]


def test_message_ends_a_day_after_it_was_sent(flood: Network, gauge: Sensor) -> None:
    *before, over = messages(gauge)
    for message in before:
        begins = [info.onset or message.sent for info in message.infos]
        assert [info.expires for info in message.infos] == [
            begin + timedelta(hours=24) for begin in begins
        ]
    assert [info.expires for info in over.infos] == [None, None]


def test_message_refers_to_all_before_it(flood: Network, gauge: Sensor) -> None:
    told = messages(gauge)
    for number, message in enumerate(told):
        assert [(r.sender, r.identifier, r.sent) for r in message.references] == [
            (m.sender, m.identifier, m.sent) for m in told[:number]
        ]


@pytest.mark.shared
def test_messages_are_valid_by_the_schema_of_oasis(flood: Network, shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "data/flood/schemas/CAP-v1.2.xsd"))
    events = WarningEvent.objects.all()
    assert events.count() == 18
    for event in events:
        schema.assertValid(etree.fromstring(event.cap.encode()))


def test_nobody_is_told_of_a_renewal(network: Network, gauge: Sensor) -> None:
    Subscription.objects.create(
        sensor=gauge, level=1, email="firma@example.org", confirmed_at=BEGIN
    )
    run(network, [1.3] * 26)
    assert gauge.events.filter(kind="renewed").count() == 2
    assert OutgoingMail.objects.count() == 1


def test_pages_tell_renewals_in_the_history_only(
    client: Client, network: Network, gauge: Sensor
) -> None:
    run(network, [1.3] * 14)
    renewed = gauge.events.get(kind="renewed")
    address = f"/hochwasser/warnungen/{renewed.pk}/"
    assert address in client.get("/hochwasser/warnungen/").content.decode()
    for page in ("/hochwasser/lage/", f"/hochwasser/pegel/{network.key}/{gauge.key}/"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert address not in answer.content.decode(), page
    text = client.get(address).content.decode()
    assert "Warnung gilt weiter" in text
    assert "Die Meldung gilt bis" in text
    assert text.count("wird zu") == 1, "only the warning that was raised before"
