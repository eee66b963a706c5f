"""A cycle is written whole or not at all, once, and nobody is told twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from factories.flood_room import BEGIN, HOUR, plan, run, write_folder
from steiger.web.background.models import OutgoingMail
from steiger.web.flood.domain import cycle
from steiger.web.flood.domain.cycle import commit, due, run_due
from steiger.web.flood.models import (
    Forecast,
    GaugeWarning,
    Network,
    Notice,
    Sensor,
    Step,
    Storm,
    Subscription,
    WarningEvent,
)

pytestmark = pytest.mark.django_db


def firm(sensor: Sensor, level: int = 1, **more: Any) -> Subscription:
    return Subscription.objects.create(
        sensor=sensor,
        level=level,
        email=f"firma{level}@example.org",
        confirmed_at=timezone.now(),
        **more,
    )


def test_cycle_writes_step_forecast_and_news(network: Network, gauge: Sensor) -> None:
    assert commit(network, plan(network, 0.7)) is True
    network.refresh_from_db()
    gauge.refresh_from_db()
    assert network.clock == BEGIN + HOUR
    assert Step.objects.get().values["mittelwerk"] == 0.7
    assert (gauge.last_value, gauge.last_time) == (0.7, BEGIN + HOUR)
    assert Forecast.objects.get().issue_time == BEGIN + HOUR
    assert GaugeWarning.objects.count() == 3


def test_same_plan_twice_is_written_once(network: Network) -> None:
    first = plan(network, 0.7)
    assert [commit(network, first), commit(network, first)] == [True, False]
    assert Step.objects.count() == 1


def test_paused_meanwhile_writes_nothing(network: Network) -> None:
    wanted = plan(network, 0.7)
    Network.objects.update(paused=True)
    assert commit(network, wanted) is False
    assert Step.objects.count() == 0


@pytest.mark.parametrize("place", ["_write_news", "write_forecast", "tell_all", "_prune"])
def test_crash_anywhere_leaves_the_state_before(
    network: Network, gauge: Sensor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    firm(gauge)
    wanted = plan(network, 1.5)
    with monkeypatch.context() as broken:
        broken.setattr(cycle, place, _crash)
        with pytest.raises(RuntimeError):
            commit(network, wanted)
    network.refresh_from_db()
    assert network.clock == BEGIN
    kinds = (Step, Forecast, WarningEvent, OutgoingMail, Notice)
    assert [kind.objects.count() for kind in kinds] == [0, 0, 0, 0, 0]
    assert commit(network, wanted) is True
    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("power cut")


def test_alert_and_all_clear_are_sent_once_each(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1)
    firm(gauge, 2)
    run(network, [0.7, 1.3, 1.4, 1.4, 1.9, 1.9, 1.5] + [0.6] * 12)
    assert told(1) == [("alert", 1), ("alert", 2), ("all_clear", 0)]
    assert told(2) == [("alert", 2), ("all_clear", 0)]
    assert not Subscription.objects.filter(told__gt=0).exists()


def told(level: int) -> list[tuple[str, int]]:
    """What whoever asked for a level was told, and the level in force with it."""
    notices = Notice.objects.filter(subscription__level=level).order_by("id")
    return list(notices.values_list("kind", "event__after"))


def test_each_higher_level_is_told_and_none_twice(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1)
    run(network, [1.3, 1.9, 1.9] + [1.25] * 9 + [1.9, 1.9, 2.5, 2.5] + [0.6] * 20)
    ways = list(WarningEvent.objects.filter(sensor=gauge).order_by("id").values_list("after"))
    assert ways[:5] == [(1,), (2,), (1,), (2,), (3,)], "the warning falls and rises again"
    assert told(1) == [("alert", 1), ("alert", 2), ("alert", 3), ("all_clear", 0)]
    subjects = [mail.content["subject"] for mail in OutgoingMail.objects.order_by("created_at")]
    assert [subject.rpartition(": ")[2] for subject in subjects[:3]] == [
        "Informationswert 1 – kleines Hochwasser",
        "Informationswert 2 – mittleres Hochwasser",
        "Informationswert 3 – großes Hochwasser",
    ]


def test_jump_to_the_highest_level_is_told_once(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1)
    run(network, [0.7, 2.5, 2.5, 2.5])
    assert told(1) == [("alert", 3)]


def test_second_flood_alerts_anew(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1)
    run(network, [1.3] + [0.6] * 10 + [1.3] + [0.6] * 10)
    assert [n.kind for n in Notice.objects.order_by("id")] == ["alert", "all_clear"] * 2


def test_unconfirmed_and_other_gauges_hear_nothing(network: Network, gauge: Sensor) -> None:
    Subscription.objects.create(sensor=gauge, level=1, email="unbestaetigt@example.org")
    firm(gauge, 3)
    run(network, [1.3, 1.4])
    assert OutgoingMail.objects.count() == 0


def test_alert_mail_says_what_why_and_how_to_leave(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1)
    run(network, [1.3])
    mail = OutgoingMail.objects.get()
    assert mail.recipients["to"] == ["firma1@example.org"]
    assert "Mittelwerk" in mail.content["subject"]
    assert "/hochwasser/nachricht/beenden/" in mail.content["text"]
    assert mail.content["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.content["headers"]["List-Unsubscribe"].startswith("<http")
    assert mail.content["text"].count("- ") >= 1


def test_mail_speaks_the_subscribers_language(network: Network, gauge: Sensor) -> None:
    firm(gauge, 1, language="en")
    run(network, [1.3])
    mail = OutgoingMail.objects.get()
    assert "Flood warning" in mail.content["subject"]
    assert "/en/hochwasser/" in mail.content["text"]


def test_events_carry_reasons_in_both_languages(network: Network) -> None:
    run(network, [1.3])
    event = WarningEvent.objects.filter(sensor__key="mittelwerk").get()
    assert (event.kind, event.before, event.after) == ("raised", 0, 1)
    assert all(event.document["reasons"][language] for language in ("de", "en"))


# --- when -----------------------------------------------------------------------------------------
def test_due_after_the_pace(network: Network) -> None:
    network.last_cycle_at = timezone.now()
    assert due(network) is False
    assert due(network, timezone.now() + timedelta(seconds=network.pace_s)) is True


def test_due_sooner_while_a_storm_passes(network: Network) -> None:
    network.last_cycle_at = timezone.now()
    soon = timezone.now() + timedelta(seconds=network.storm_pace_s + 1)
    assert due(network, soon) is False
    Storm.objects.create(
        network=network, strength="heavy", begins=BEGIN, rain_ends=BEGIN, ends=BEGIN + HOUR
    )
    assert due(network, soon) is True


def test_never_due_when_paused_or_real(network: Network) -> None:
    network.paused = True
    assert due(network) is False
    network.paused, network.simulated = False, False
    assert due(network) is False


def test_failed_cycle_is_told_and_the_others_go_on(
    network: Network, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    write_folder(network, tmp_path)
    monkeypatch.setattr(cycle, "run_cycle", _crash)
    assert run_due() == 0
    network.refresh_from_db()
    assert network.trouble == "RuntimeError: power cut"
    assert due(network) is False, "it waits for its next turn"


def test_trouble_ends_with_the_next_good_cycle(network: Network) -> None:
    Network.objects.update(trouble="RuntimeError: power cut")
    run(network, [0.7])
    network.refresh_from_db()
    assert network.trouble == ""


def test_old_steps_and_forecasts_are_forgotten(network: Network) -> None:
    Network.objects.update(simulation={"live_since": (BEGIN - 90 * 24 * HOUR).isoformat()})
    old = BEGIN - timedelta(days=61)
    Step.objects.create(network=network, time=old, values={})
    Step.objects.create(network=network, time=BEGIN - timedelta(days=95), values={})
    wanted = plan(network, 0.7)
    simulation = {"live_since": (BEGIN - 90 * 24 * HOUR).isoformat()}
    for _ in range(24):
        wanted = plan(network, 0.7)
        object.__setattr__(wanted, "simulation", simulation)
        commit(network, wanted)
    assert not Step.objects.filter(time=old).exists()
    assert Step.objects.count() == 25, "what lies before the operation belongs to a past flood"
