"""Real networks: a dry run that changes nothing, then the same files in operation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from factories.flood_room import REAL, make_draft, make_network
from steiger.engines.flood.forecasting import ForecastError
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry, RoleName
from steiger.web.background.domain.policies import GiveUpError
from steiger.web.flood.domain import drafts, preparing, taking_over, warn
from steiger.web.flood.domain.drafts import draft_of, examine_draft
from steiger.web.flood.domain.preparing import prepare
from steiger.web.flood.domain.subscriptions import confirm
from steiger.web.flood.domain.taking_over import RefusedError, take_over
from steiger.web.flood.domain.trail import check
from steiger.web.flood.interfaces.drafts import draft_context
from steiger.web.flood.models import Forecast, Network, Notice, Sensor, Subscription
from steiger.web.flood.tasks import ensure_prepared

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def adviser() -> Client:
    """The browser of an adviser."""
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def examined(**more: Any) -> drafts.Draft:
    draft = make_draft(**more)
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    return found


def in_operation(monkeypatch: pytest.MonkeyPatch, draft: drafts.Draft) -> Network:
    """Taken over and prepared, but for the training, which takes minutes."""
    monkeypatch.setattr(preparing, "learn", lambda *_: None)
    network = take_over(draft=draft, by=audit.SYSTEM)
    prepare(network.pk, run="00000000-0000-0000-0000-000000000000", say=lambda *_: None)
    return Network.objects.get(pk=network.pk)


def test_dry_run_names_each_mistake_in_german_and_changes_nothing(adviser: Client) -> None:
    bad = REAL.replace('unit = "cm"', 'unit = "elle"').replace('kind = "rain"', 'kind = "hagel"')
    draft = examined(toml=bad)
    page = adviser.get(f"/hochwasser/betrieb/netze/{draft.id}/").content.decode()
    assert "2 Fehler. Nichts wurde übernommen." in page
    assert "Die Einheit „elle“ passt nicht" in page
    assert "Die Art „hagel“ gibt es nicht" in page
    with pytest.raises(RefusedError):
        take_over(draft=draft, by=audit.SYSTEM)
    assert not Network.objects.exists()


def test_one_finding_is_told_in_the_singular() -> None:
    draft = examined()
    for number, text in ((1, "1 Befund"), (2, "2 Befunde")):
        found = draft_context(replace(draft, summary=draft.summary | {"findings": number}))["found"]
        assert found["findings"] == text


def test_network_without_a_gauge_to_forecast_is_refused() -> None:
    draft = examined(toml=REAL.replace("target = true", ""))
    assert [p["code"] for p in draft.problems] == ["no_target"]


def test_files_become_a_network_with_a_forecast(
    adviser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = examined()
    page = adviser.get(f"/hochwasser/betrieb/netze/{draft.id}/").content.decode()
    assert "Jetzt übernehmen" in page
    network = in_operation(monkeypatch, draft)
    gauge = Sensor.objects.get(key="opladen")
    assert (network.simulated, network.stage) == (False, Network.Stage.RECORDED)
    assert network.clock == datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert gauge.warning_levels == [1.8, 2.4]
    assert 0.4 <= (gauge.last_value or 0) <= 0.7
    assert Forecast.objects.get().document["gauges"][0]["leads"]
    assert draft_of(draft.id) is None
    assert LogEntry.objects.filter(act="flood.network.take_over").count() == 1
    page = Client().get("/hochwasser/?netz=wupper").content.decode()
    assert "Wupperverband" in page
    assert "Die letzten Werte sind alt." in page


def test_forecast_of_a_real_network_comes_out_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    in_operation(monkeypatch, examined())
    assert check(Forecast.objects.get().pk) == Forecast.Check.EQUAL


def test_newer_files_go_on_with_the_same_gauges(monkeypatch: pytest.MonkeyPatch) -> None:
    in_operation(monkeypatch, examined())
    gauge = Sensor.objects.get(key="opladen")
    Subscription.objects.create(sensor=gauge, level=1, email="a@example.org")
    network = in_operation(monkeypatch, examined(hours=120))
    assert network.clock == datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert Subscription.objects.filter(sensor=gauge).exists()
    assert network.steps.count() == 120
    fewer = examined(toml=REAL.split('[[sensor]]\nid = "regen"')[0])
    assert "observations.parquet" in {p["file"] for p in fewer.problems}


def test_failed_training_leaves_the_plain_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise ForecastError("too short")

    network = take_over(draft=examined(), by=audit.SYSTEM)
    monkeypatch.setattr(preparing, "learn", fails)
    with pytest.raises(GiveUpError, match="too short"):
        prepare(network.pk, run="00000000-0000-0000-0000-000000000000", say=lambda *_: None)
    assert Forecast.objects.get().model_digest == "plain"


def failed(error: Exception) -> Network:
    """A network whose preparation was queued and ended in this error."""
    network = take_over(draft=examined(), by=audit.SYSTEM)
    assert ensure_prepared() == 1
    try:
        raise error
    except type(error) as caught:
        DBTaskResult.objects.get().set_failed(caught)
    network.refresh_from_db()
    return network


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (GiveUpError("gauge opladen: too short"), "gauge opladen: too short"),
        (KeyError("q"), "Unvorhergesehener Fehler (KeyError)."),
    ],
)
def test_failed_preparation_is_told_with_its_reason(
    adviser: Client, error: Exception, text: str
) -> None:
    failed(error)
    page = adviser.get("/hochwasser/betrieb/").content.decode()
    assert "Das Gewässer konnte nicht eingerichtet werden." in page
    assert text in page
    seen = Client().get("/hochwasser/?netz=wupper").content.decode()
    assert "Das Gewässer konnte nicht eingerichtet werden." in seen
    assert "wird übernommen" not in seen


def test_failed_learning_is_told(adviser: Client) -> None:
    network = failed(GiveUpError("gauge opladen: too short"))
    Network.objects.filter(pk=network.pk).update(stage=Network.Stage.RECORDED)
    seen = Client().get("/hochwasser/?netz=wupper").content.decode()
    assert "Das Vorhersagemodell konnte nicht gelernt werden." in seen
    assert "Das Vorhersagemodell lernt noch" not in seen


def test_failed_preparation_begins_anew_with_newer_files_only() -> None:
    failed(GiveUpError("gauge opladen: too short"))
    assert ensure_prepared() == 0
    take_over(draft=examined(hours=120), by=audit.SYSTEM)
    assert [ensure_prepared(), ensure_prepared()] == [1, 0]


def test_simulated_network_takes_no_files() -> None:
    make_network("beispieltal")
    with pytest.raises(RefusedError):
        take_over(draft=examined(key="beispieltal"), by=audit.SYSTEM)


def test_drafts_go_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft()
    assert drafts.prune_drafts() == 0
    later = timezone.now() + drafts.KEPT * 2
    monkeypatch.setattr(drafts.timezone, "now", lambda: later)
    assert drafts.prune_drafts() == 1
    assert draft_of(draft.id) is None


def test_same_files_make_two_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    toml = REAL.replace("[180, 240]", "[20, 30]")
    for key in ("wupper", "probe"):
        network = in_operation(monkeypatch, examined(key=key, toml=toml))
        assert [event.after for event in network.events.all()] == [2]


def test_old_values_send_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    toml = REAL.replace("[180, 240]", "[20, 30]")
    network = in_operation(monkeypatch, examined(toml=toml))
    gauge = network.sensors.get(key="opladen")
    wish = Subscription.objects.create(sensor=gauge, level=1, email="a@example.org")
    confirm(subscription_id=wish.id)
    network = in_operation(monkeypatch, examined(toml=toml, hours=100))
    assert not Notice.objects.exists()
    # The same warning is told as soon as it is known to be in force now.
    assert network.clock is not None
    now = network.clock + warn.FRESH
    monkeypatch.setattr(warn.timezone, "now", lambda: now)
    taking_over.forecast_now(network)
    taking_over.forecast_now(network)
    assert [notice.event.after for notice in Notice.objects.all()] == [2]


def test_form_says_what_is_missing(adviser: Client) -> None:
    page = adviser.post("/hochwasser/betrieb/netze/neu/", {"key": "Zwei Worte"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Wählen Sie die Datei network.toml." in text
    assert "Ein Kurzname hat nur Buchstaben" in text


# --- ids of all kinds -----------------------------------------------------------------------------
LONG = "p" * 99
ODD_IDS = ("Pegel_Ä", "Pegel_Ö", "q", "Q", f"{LONG}1", f"{LONG}2")


def with_ids(*ids: str) -> drafts.Draft:
    """Files whose gauges have these ids; each measures one centimetre more than the one before."""
    sensor = '[[sensor]]\nid = "{}"\nkind = "water_level"\nunit = "cm"\ntarget = true\n'
    toml = 'name = "Täler"\nstep = "1h"\n' + "".join(sensor.format(one) for one in ids)
    level = 50 + np.arange(96) % 7
    columns = {one: level + float(place) for place, one in enumerate(ids)}
    return examined(toml=toml, columns=columns)


def test_gauges_whose_ids_look_alike_in_addresses_are_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = in_operation(monkeypatch, with_ids(*ODD_IDS))
    rows = {sensor.source_id: sensor for sensor in network.sensors.all()}
    assert set(rows) == set(ODD_IDS)
    assert [rows[one].last_value for one in ODD_IDS] == pytest.approx(
        [0.54 + place / 100 for place in range(len(ODD_IDS))]
    )
    for sensor in rows.values():
        assert Client().get(f"/hochwasser/pegel/wupper/{sensor.key}/").status_code == 200


def test_addresses_of_gauges_stay_when_others_come_before_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_operation(monkeypatch, with_ids("q", "Pegel_Ä"))
    before = dict(Sensor.objects.values_list("source_id", "key"))
    in_operation(monkeypatch, with_ids("Q", "Pegel_Ö", "q", "Pegel_Ä"))
    after = dict(Sensor.objects.values_list("source_id", "key"))
    assert before.items() <= after.items()
    assert len(set(after.values())) == 4
