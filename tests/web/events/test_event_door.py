"""The door: each visitor once, whatever order readings arrive in; no names but those asked for."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.events import come, make_event
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.events.domain import registering
from steiger.web.events.domain.door import (
    Reading,
    admit,
    conflicts,
    seat_code,
    split_code,
    valid_digests,
)
from steiger.web.events.domain.queries import event_figures
from steiger.web.events.models import Attendance, Event, Scan

pytestmark = pytest.mark.django_db


def reading(code: str, minute: float = 0, door: str = "A", **fields: Any) -> Reading:
    at = timezone.now() - timedelta(hours=1) + timedelta(minutes=minute)
    return Reading(id=uuid.uuid4(), code=code, scanned_at=at, door=door, **fields)


def results(event: Event, *readings: Reading) -> list[str]:
    scans = admit(event=event, readings=readings, by=SYSTEM)
    return [scans[r.id].result for r in readings]


@pytest.mark.parametrize(
    ("typed", "code", "seat"),
    [
        ("ABCDE-FGHJK-1", "ABCDEFGHJK", 1),
        (" abcde fghjk 12 ", "ABCDEFGHJK", 12),
        ("ABCDEFGHJK", "ABCDEFGHJK", 1),
        ("ABCDEFGHJK0", "ABCDEFGHJK", 1),
        ("kurz", "KURZ", 1),
        ("", "", 1),
    ],
)
def test_codes_are_read_kindly(typed: str, code: str, seat: int) -> None:
    assert split_code(typed) == (code, seat)


def test_a_code_lets_one_person_in_once(event: Event) -> None:
    row = come(event, 1, seats=2)
    one, two = seat_code(row.code, 1), seat_code(row.code, 2)
    assert results(event, reading(one), reading(one, 1), reading(two, 2)) == [
        "came",
        "again",
        "came",
    ]
    assert Attendance.objects.count() == 2


def test_unknown_and_withdrawn_codes(event: Event) -> None:
    row, other = come(event, 1), come(make_event(), 2)
    assert results(event, reading("AAAAA-AAAAA-1"), reading(other.code)) == ["unknown", "unknown"]
    assert results(event, reading(seat_code(row.code, 2))) == ["unknown"]
    registering.leave(registration_id=row.pk)
    assert results(event, reading(row.code)) == ["withdrawn"]
    assert Attendance.objects.count() == 0


def test_a_reading_that_is_sent_twice_counts_once(event: Event) -> None:
    one = reading(come(event, 1).code)
    assert (results(event, one), results(event, one)) == (["came"], ["came"])
    assert (Scan.objects.count(), conflicts(event)) == (1, [])


def test_the_earlier_reading_counts_though_it_arrives_later(event: Event) -> None:
    row = come(event, 1)
    late, early = reading(row.code, 10, "B"), reading(row.code, 5, "A", offline=True)
    assert results(event, late) == ["came"]
    assert results(event, early) == ["came"]
    came = Attendance.objects.get()
    assert (came.door, came.came_at) == ("A", early.scanned_at)
    ((first, others),) = conflicts(event)
    assert (first.id, [scan.id for scan in others]) == (early.id, [late.id])


def test_distinct_people_over_two_events() -> None:
    first, second = make_event(), make_event()
    for event in (first, second):
        row = come(event, 1, seats=2)
        results(event, reading(seat_code(row.code, 1)), reading(seat_code(row.code, 2)))
    people = set(Attendance.objects.values_list("person", flat=True))
    assert (Attendance.objects.count(), len(people)) == (4, 2)
    assert event_figures([first])[first.pk].distinct == 2


def settled(event: Event) -> Any:
    """What stands at the end, without ids of rows."""
    scans = event.scans.order_by("id").values_list("id", "result")
    came = event.attendances.order_by("registration", "seat")
    return list(scans), list(came.values_list("registration", "seat", "came_at", "door"))


class ReconcilingTests(TestCase):
    """Two doors without a network come to the same list in whatever order they are heard."""

    @settings(max_examples=25)
    @given(data=st.data())
    def test_order_of_arrival_does_not_matter(self, data: Any) -> None:
        event = make_event(quota=20)
        codes = [come(event, number).code for number in range(3)]
        one = st.tuples(st.sampled_from(codes), st.integers(0, 5), st.sampled_from("AB"))
        readings = [
            reading(c, m, d) for c, m, d in data.draw(st.lists(one, min_size=1, max_size=10))
        ]
        admit(event=event, readings=readings, by=SYSTEM)
        expected = settled(event)
        Scan.objects.all().delete()
        Attendance.objects.all().delete()
        shuffled: Sequence[Reading] = data.draw(st.permutations(readings))
        for single in shuffled:
            admit(event=event, readings=[single, shuffled[0]], by=SYSTEM)
        assert settled(event) == expected
        assert Attendance.objects.count() == len({r.code for r in readings})


# --- pages ----------------------------------------------------------------------------------------
def send(staff: Client, event: Event, *rows: dict[str, Any]) -> Any:
    url = f"/veranstaltungen/planung/{event.pk}/tuer/lesen/"
    return staff.post(url, json.dumps({"readings": rows}), content_type="application/json")


def row_json(code: str, at: datetime | None = None) -> dict[str, Any]:
    moment = (at or timezone.now()).timestamp() * 1000
    return {"id": str(uuid.uuid4()), "code": code, "at": moment, "door": "A", "offline": True}


def test_a_device_sends_many_and_learns_no_names(staff: Client, event: Event) -> None:
    rows = [come(event, number) for number in (1, 2)]
    answer = send(staff, event, row_json(rows[0].code), row_json(rows[1].code))
    data = answer.json()
    assert ([r["result"] for r in data["results"]], data["came"]) == (["came", "came"], 2)
    assert "Beispiel Person" not in answer.content.decode()


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"readings": [1]}', '{"readings": [{"id": "x"}]}', "\xff"]
)
def test_nonsense_is_refused_clearly(staff: Client, event: Event, body: str) -> None:
    url = f"/veranstaltungen/planung/{event.pk}/tuer/lesen/"
    answer = staff.post(url, body, content_type="application/json")
    assert (answer.status_code, "problem" in answer.json()) == (400, True)


def test_typing_works_without_script(staff: Client, event: Event) -> None:
    row = come(event, 1)
    url = f"/veranstaltungen/planung/{event.pk}/tuer/"
    answer = staff.post(f"{url}lesen/", {"code": seat_code(row.code, 1).lower()}, follow=True)
    assert "Willkommen" in answer.content.decode()
    again = staff.post(f"{url}lesen/", {"code": row.code}, follow=True)
    assert "Schon da" in again.content.decode()
    staff.post(f"{url}zaehlen/", {"number": "3"})
    assert event_figures([event])[event.pk].unregistered == 3


def test_the_door_shows_only_who_was_searched_for(staff: Client, event: Event) -> None:
    come(event, 1, name="Anna Beispiel"), come(event, 2, name="Bertram Beispiel")
    url = f"/veranstaltungen/planung/{event.pk}/tuer/"
    html = staff.get(url).content.decode()
    assert ("Anna" in html, "Bertram" in html) == (False, False)
    html = staff.get(f"{url}?q=ann").content.decode()
    assert ("Anna" in html, "Bertram" in html) == (True, False)
    assert "Anna" not in staff.get(f"{url}?q=an").content.decode()
    html = staff.get(f"{url}?q=gast2@example.org").content.decode()
    assert ("Anna" in html, "Bertram" in html) == (False, True)


def test_a_short_name_does_not_list_everybody(staff: Client) -> None:
    event = make_event(quota=20)
    for number in range(7):
        come(event, number)
    html = staff.get(f"/veranstaltungen/planung/{event.pk}/tuer/?q=beispiel").content.decode()
    assert ("Beispiel Person" in html, "Zu viele passen" in html) == (False, True)


def test_devices_know_valid_codes_without_names(event: Event) -> None:
    come(event, 1, seats=3), come(event, 2)
    assert len(valid_digests(event)) == 4
