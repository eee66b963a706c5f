"""A real network that lives from its sources: asked by the worker, seen by staff and visitors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from factories.flood_room import REAL, make_draft
from factories.flood_sources import encoded
from steiger.adapters.asking import client as asking
from steiger.engines.flood.network import read_network, read_observations
from steiger.lib.sources import Policy
from steiger.web.accounts.domain import audit
from steiger.web.background.domain.policies import GiveUpError
from steiger.web.flood.domain import collecting, feeds, preparing
from steiger.web.flood.domain.drafts import draft_of, examine_draft
from steiger.web.flood.domain.feeds import UsedError
from steiger.web.flood.domain.folders import folder_of
from steiger.web.flood.domain.preparing import prepare
from steiger.web.flood.domain.taking_over import RefusedError, take_over
from steiger.web.flood.domain.trail import check
from steiger.web.flood.models import Forecast, Network, Sensor, Step
from steiger.web.flood.tasks import collect_network_task, ensure_collected

pytestmark = pytest.mark.django_db
#: The last hour of the values that were handed in, and some hours later.
LAST = datetime(2026, 3, 4, 23, tzinfo=UTC)
NOW = LAST + timedelta(hours=6, minutes=10)
Answer = Callable[[httpx.Request], httpx.Response]
QUIET = {"say": lambda *_: None}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """In operation, with one gauge that is read from PEGELONLINE and rain that is not."""
    monkeypatch.setattr(preparing, "learn", lambda *_: None)
    draft = make_draft()
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    network = take_over(draft=found, by=audit.SYSTEM)
    prepare(network.pk, run="00000000-0000-0000-0000-000000000000", **QUIET)
    network.refresh_from_db()
    feeds.save_source(
        network=network, name="bund", table={"adapter": "pegelonline"}, by=audit.SYSTEM
    )
    wrong = feeds.save_feeds(
        network=network,
        feeds={"opladen": {"source": "bund", "key": "eins/W"}},
        rain_forecast="",
        by=audit.SYSTEM,
    )
    assert wrong == {}
    network.refresh_from_db()
    return network


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Puts recorded layouts in place of the sources."""

    def use(answer: Answer) -> None:
        class Inner(httpx.MockTransport):
            def __init__(self, **_: Any) -> None:
                super().__init__(answer)

        monkeypatch.setattr(collecting, "OpenInternet", Inner)
        policy = Policy(attempts=1)
        monkeypatch.setattr(
            collecting,
            "ask",
            lambda *a, **more: asking.ask(*a, **more, policy=policy, sleep=lambda _: None),
        )

    return use


def levels(values: dict[int, float]) -> Answer:
    """PEGELONLINE with one value for each hour after the last known one."""
    rows = [
        {"timestamp": (LAST + timedelta(hours=hour)).isoformat(), "value": value}
        for hour, value in values.items()
    ]
    return lambda _: httpx.Response(200, content=encoded(rows))


def down(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


def collect(network: Network, now: datetime = NOW) -> str:
    said = collecting.collect_network(network.pk, now=now, **QUIET)
    network.refresh_from_db()
    return said


def test_new_values_reach_table_steps_clock_and_forecast(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 2: 61.0, 3: 62.0, 4: 63.0, 5: 64.0, 6: 65.0}))
    assert collect(network) == "6 values, 0 of 1 failed"
    assert network.clock == LAST + timedelta(hours=6)
    engine = read_network(folder_of(network))
    seen = read_observations(folder_of(network), engine)
    assert seen.column("opladen")[-1] == 0.65
    step = network.steps.get(time=network.clock)
    assert step.values == {"opladen": 0.65, "regen": None}
    gauge = Sensor.objects.get(key="opladen")
    assert (gauge.last_value, gauge.heard_at, gauge.hearing["kind"]) == (0.65, NOW, "")
    forecast = network.forecasts.first()
    assert forecast is not None
    assert forecast.issue_time == network.clock
    assert check(forecast.pk) == Forecast.Check.EQUAL


def test_network_whose_source_fails_goes_on_and_its_sensors_become_late(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(down)
    assert collect(network) == "0 values, 1 of 1 failed"
    assert network.clock == LAST + timedelta(hours=4)  # two hours less than now are waited for
    gauge = Sensor.objects.get(key="opladen")
    assert (gauge.state, gauge.last_time) == (Sensor.State.MISSING, LAST)
    assert gauge.hearing["kind"] == "away"
    assert "cannot be reached" in gauge.hearing["problem"]
    assert gauge.heard_at is None
    assert network.forecasts.filter(issue_time=network.clock).exists()
    since = gauge.hearing["since"]
    collect(network, NOW + timedelta(hours=1))
    assert Sensor.objects.get(key="opladen").hearing["since"] == since


def test_network_without_any_value_stands_still_after_two_days(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(down)
    collect(network, NOW + timedelta(days=30))
    assert network.clock == LAST + timedelta(days=2)
    before = network.forecasts.count()
    collect(network, NOW + timedelta(days=31))
    assert network.clock == LAST + timedelta(days=2)
    assert network.forecasts.count() == before
    page = Client().get("/hochwasser/?netz=wupper").content.decode()
    assert "Die letzten Werte sind alt." in page
    assert "Die Quellen werden immer wieder abgefragt." in page


def test_network_that_slept_for_years_gets_its_last_weeks_only(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    later = LAST + timedelta(days=1500, hours=4, minutes=5)
    answers(levels({1500 * 24 + 3: 60.0, 1500 * 24 + 4: 61.0}))
    collect(network, later)
    assert network.clock == LAST + timedelta(days=1500, hours=4)
    assert network.steps.count() == 60 * 24 + 1
    first = network.steps.earliest("time")
    assert first.time == network.clock - timedelta(days=60)


def test_late_values_fill_steps_and_earlier_forecasts_still_come_out_equal(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 4: 63.0}))
    collect(network, LAST + timedelta(hours=4, minutes=5))
    early = network.forecasts.get(issue_time=LAST + timedelta(hours=4))
    answers(levels({1: 60.0, 2: 61.0, 3: 62.0, 4: 63.0, 5: 64.0}))
    collect(network, LAST + timedelta(hours=5, minutes=5))
    step = Step.objects.get(network=network, time=LAST + timedelta(hours=2))
    assert step.values["opladen"] == 0.61
    assert list(step.arrived) == ["opladen"]
    assert check(early.pk) == Forecast.Check.EQUAL


def test_turn_without_anything_new_makes_no_forecast(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 2: 61.0}))
    collect(network, LAST + timedelta(hours=2, minutes=5))
    before = network.forecasts.count()
    collect(network, LAST + timedelta(hours=2, minutes=15))
    assert network.forecasts.count() == before


def test_changed_value_is_kept_and_told(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 2: 61.0}))
    collect(network, LAST + timedelta(hours=2, minutes=5))
    answers(levels({1: 80.0, 2: 61.0}))
    collect(network, LAST + timedelta(hours=2, minutes=15))
    assert Step.objects.get(network=network, time=LAST + timedelta(hours=1)).values[
        "opladen"
    ] == pytest.approx(0.6)
    hearing = Sensor.objects.get(key="opladen").hearing
    assert hearing["changes"] == 1
    assert (hearing["changed"][0]["known"], hearing["changed"][0]["sent"]) == (0.6, 0.8)


def test_addresses_inside_are_not_asked(network: Network) -> None:
    for base in ("https://127.0.0.1/KiWIS", "https://10.0.0.5/KiWIS", "http://k.example/KiWIS"):
        feeds.save_source(
            network=network,
            name="innen",
            before="innen",
            table={"adapter": "kiwis", "base": base},
            by=audit.SYSTEM,
        )
        feeds.save_feeds(
            network=network,
            feeds={"opladen": {"source": "innen", "key": "4711"}},
            rain_forecast="",
            by=audit.SYSTEM,
        )
        sensor = Sensor.objects.get(key="opladen")
        collecting.try_feed(sensor.pk, now=NOW)
        sensor.refresh_from_db()
        assert sensor.tried["state"] == "failed"
        assert "OutsideError" in sensor.tried["problem"]


def test_trying_shows_what_came_and_keeps_nothing(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 2: 61.0}))
    sensor = Sensor.objects.get(key="opladen")
    before = (folder_of(network) / "observations.parquet").read_bytes()
    assert collecting.try_feed(sensor.pk, now=NOW) == "came"
    sensor.refresh_from_db()
    assert (sensor.tried["count"], sensor.tried["new"]) == (2, 2)
    assert sensor.tried["rows"][-1][1:] == [61.0, "cm"]
    assert (folder_of(network) / "observations.parquet").read_bytes() == before
    answers(lambda _: httpx.Response(404))
    assert collecting.try_feed(sensor.pk, now=NOW) == "failed"
    sensor.refresh_from_db()
    assert "knows nothing there" in sensor.tried["problem"]


def test_worker_asks_each_network_once_in_its_turn(network: Network) -> None:
    assert feeds.pause_of(network) == timedelta(hours=1)
    assert ensure_collected() == 1
    assert ensure_collected() == 0  # waits already
    Network.objects.update(collected_at=timezone.now())
    network.refresh_from_db()
    assert not feeds.collect_due(network)
    assert feeds.collect_due(network, timezone.now() + timedelta(hours=2))
    Network.objects.update(paused=True)
    network.refresh_from_db()
    assert not feeds.collect_due(network, timezone.now() + timedelta(hours=2))
    assert collect_network_task.queue_name == "sources"


def test_paused_network_is_left_alone(network: Network, answers: Callable[[Answer], None]) -> None:
    answers(down)
    Network.objects.update(paused=True)
    assert collect(network) == "rests"
    assert network.clock == LAST


def test_table_that_is_being_written_gives_up_this_turn(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0}))
    with collecting.collecting_alone(folder_of(network)), pytest.raises(GiveUpError):
        collect(network)
    assert network.clock == LAST


def test_what_the_rows_say_stands_in_the_file(network: Network) -> None:
    collecting.live_network(network)
    engine = read_network(folder_of(network))
    assert engine.sources[0].adapter == "pegelonline"
    feed = engine.sensor("opladen").feed
    assert feed is not None
    assert feed.key == "eins/W"


def test_newer_files_lose_nothing_that_was_collected(
    network: Network, answers: Callable[[Answer], None]
) -> None:
    answers(levels({1: 60.0, 30: 75.0}))
    collect(network, LAST + timedelta(hours=30, minutes=5))
    draft = make_draft(hours=100)  # the file reaches four hours further than the first one did
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    take_over(draft=found, by=audit.SYSTEM)
    prepare(network.pk, run="00000000-0000-0000-0000-000000000000", **QUIET)
    network.refresh_from_db()
    seen = read_observations(folder_of(network), read_network(folder_of(network)))
    assert seen.column("opladen")[-1] == 0.75
    assert network.clock == LAST + timedelta(hours=30)
    assert Sensor.objects.get(key="opladen").feed == {"source": "bund", "key": "eins/W"}
    assert not list(folder_of(network).glob("collected*"))


def test_files_are_not_exchanged_while_sources_are_asked(network: Network) -> None:
    draft = make_draft(hours=100)
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    before = (folder_of(network) / "observations.parquet").read_bytes()
    with collecting.collecting_alone(folder_of(network)), pytest.raises(RefusedError):
        take_over(draft=found, by=audit.SYSTEM)
    assert (folder_of(network) / "observations.parquet").read_bytes() == before
    assert draft_of(draft.id) is not None


def test_files_that_name_their_sources_bring_them_along() -> None:
    toml = REAL.replace("[[sensor]]", '[source.bund]\nadapter = "pegelonline"\n\n[[sensor]]', 1)
    toml = toml.replace(
        "target = true", 'target = true\nsource = { source = "bund", key = "zwei/W" }'
    )
    draft = make_draft(toml=toml)
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    network = take_over(draft=found, by=audit.SYSTEM)
    assert network.sources == {"bund": {"adapter": "pegelonline"}}
    assert Sensor.objects.get(key="opladen").feed == {"source": "bund", "key": "zwei/W"}


def test_source_in_use_is_not_removed(network: Network) -> None:
    with pytest.raises(UsedError):
        feeds.drop_source(network=network, name="bund", by=audit.SYSTEM)
    feeds.save_feeds(network=network, feeds={}, rain_forecast="", by=audit.SYSTEM)
    feeds.drop_source(network=network, name="bund", by=audit.SYSTEM)
    network.refresh_from_db()
    assert network.sources == {}
