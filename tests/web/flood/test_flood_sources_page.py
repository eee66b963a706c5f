"""Staff say where sensors are read, try it, and see what came; visitors see who was heard when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from factories.flood_room import BEGIN, make_live_network, make_network
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry, RoleName
from steiger.web.flood.interfaces.source_words import problem_text
from steiger.web.flood.interfaces.sources import heard, tried
from steiger.web.flood.models import Network, Sensor

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = "/hochwasser/betrieb/lebendig/quellen/"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def network() -> Network:
    return make_live_network()


@pytest.fixture
def adviser() -> Client:
    """The browser of an adviser."""
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def table(network: Network, **other: str) -> dict[str, str]:
    """What the page's form sends."""
    told = {}
    for sensor in network.sensors.all():
        for name in ("source", "key", "unit"):
            told[f"{sensor.key}-{name}"] = sensor.feed.get(name, "")
    return told | {"rain_forecast": network.rain_forecast} | other


def test_page_shows_sources_sensors_and_what_came(adviser: Client, network: Network) -> None:
    text = adviser.get(PAGE).content.decode()
    assert "Quellen der Messwerte: Beispieltal" in text
    assert "PEGELONLINE" in text
    assert "antwortet nicht, seit" in text
    assert "PEGELONLINE, Stelle x: ist nicht zu erreichen (ConnectError)." in text
    assert "cannot be reached" not in text
    assert "1 Wert lautet dort jetzt anders, der bekannte bleibt" in text
    assert "1 Wert kam an, davon neu: 1." in text
    assert 'value="quellort/W"' in text or 'value="mittelwerk/W"' in text


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (
            "PEGELONLINE, station 4711, https://example.org/: cannot be reached (ConnectError: "
            "[Errno 111] Connection refused); asked 2 times",
            "PEGELONLINE, Stelle 4711: ist nicht zu erreichen (ConnectError).",
        ),
        (
            "PEGELONLINE, https://example.org/: knows nothing there (HTTP 404)",
            "PEGELONLINE: kennt dort nichts.",
        ),
        ("KiWIS, https://example.org/: fails (HTTP 503)", "KiWIS: versagt (Status 503)."),
        ("KiWIS: refuses: no such station", "KiWIS: lehnt ab: no such station."),
        ("KiWIS: answered with a web page or XML, not with JSON", "KiWIS: antwortete mit einer We"),
        ("not asked: KiWIS: answered with nothing", "Nicht gefragt, weil sie davor nicht ant"),
        (
            "sensor 'w1': values are 100 times those that are known; the source’s unit is not 'm'",
            "Die Werte sind das 100fache der bekannten; ihre Einheit ist eine andere.",
        ),
    ],
)
def test_why_a_source_failed_is_told_in_german(said: str, german: str) -> None:
    with translation.override("de"):
        text, english = problem_text(said)
    assert text.startswith(german)
    assert not english


def test_what_no_list_foresees_stays_in_the_words_of_the_source() -> None:
    assert problem_text("KiWIS: something new") == ("KiWIS: something new", True)


def test_source_is_added_changed_and_removed(adviser: Client, network: Network) -> None:
    new = f"{PAGE}neu/kiwis/"
    wrong = adviser.post(new, {"name": "Zwei Worte", "base": "https://k.example/KiWIS"})
    assert wrong.status_code == 422
    assert "Dieser Name ist vergeben oder enthält andere Zeichen" in wrong.content.decode()
    wrong = adviser.post(new, {"name": "verband", "base": "k.example"})
    assert "„k.example“ ist keine Adresse wie https://…." in wrong.content.decode()
    assert adviser.post(new, {"name": "verband"}).status_code == 422
    assert adviser.post(new, {"name": "verband", "base": "https://k.example/a"}).status_code == 302
    network.refresh_from_db()
    assert network.sources["verband"] == {"adapter": "kiwis", "base": "https://k.example/a"}
    taken = adviser.post(new, {"name": "bund", "base": "https://k.example/a"})
    assert taken.status_code == 422
    adviser.post(f"{PAGE}verband/", {"name": "land", "base": "https://k.example/b"})
    network.refresh_from_db()
    assert network.sources["land"]["base"] == "https://k.example/b"
    assert "verband" not in network.sources
    adviser.post(f"{PAGE}land/entfernen/")
    network.refresh_from_db()
    assert list(network.sources) == ["bund"]
    assert LogEntry.objects.filter(act__startswith="flood.source").count() == 3


def test_source_in_use_keeps_its_sensors_when_renamed(adviser: Client, network: Network) -> None:
    adviser.post(f"{PAGE}bund/", {"name": "wsv", "base": ""})
    assert {s.feed["source"] for s in network.sensors.exclude(feed={})} == {"wsv"}
    page = adviser.post(f"{PAGE}wsv/entfernen/", follow=True).content.decode()
    assert "Diese Quelle wird noch gebraucht." in page
    network.refresh_from_db()
    assert list(network.sources) == ["wsv"]


def test_table_of_sensors_is_saved_whole_or_not_at_all(adviser: Client, network: Network) -> None:
    first, second = network.sensors.filter(target=True)[:2]
    wish = {f"{first.key}-key": "neu/W", f"{second.key}-key": "ohne Schrägstrich"}
    page = adviser.post(PAGE, table(network, **wish))
    assert page.status_code == 422
    text = page.content.decode()
    assert "ist kein Schlüssel von PEGELONLINE; er sieht so aus: UUID/W." in text
    assert "ohne Schrägstrich" in text  # nothing that was typed is lost
    first.refresh_from_db()
    assert first.feed["key"] == f"{first.key}/W"
    page = adviser.post(PAGE, table(network, **{f"{first.key}-key": "neu/W"}))
    assert page.status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.feed["key"], first.hearing) == ("neu/W", {})
    assert second.hearing  # what is known of the others stays


def test_sensor_can_be_read_nowhere(adviser: Client, network: Network) -> None:
    first = network.sensors.filter(target=True)[0]
    adviser.post(PAGE, table(network, **{f"{first.key}-source": ""}))
    first.refresh_from_db()
    assert first.feed == {}


def test_rain_comes_from_who_forecasts_it(adviser: Client, network: Network) -> None:
    page = adviser.post(PAGE, table(network, rain_forecast="bund"))
    assert "PEGELONLINE sagt keinen Regen vorher." in page.content.decode()
    adviser.post(f"{PAGE}neu/icon_d2_eps/", {"name": "wetter"})
    network.refresh_from_db()
    assert adviser.post(PAGE, table(network, rain_forecast="wetter")).status_code == 302
    network.refresh_from_db()
    assert network.rain_forecast == "wetter"


def test_trying_a_source_is_work_for_the_worker(adviser: Client, network: Network) -> None:
    first = network.sensors.filter(target=True)[0]
    page = adviser.post(
        f"/hochwasser/betrieb/lebendig/sensoren/{first.key}/pruefen/", follow=True
    ).content.decode()
    assert "Die Quelle wird abgefragt." in page
    run = DBTaskResult.objects.get(task_path="steiger.web.flood.tasks.try_feed_task")
    assert (run.args_kwargs["args"], run.queue_name) == ([first.pk], "sources")


def test_simulated_network_has_no_sources(adviser: Client) -> None:
    make_network("beispieltal")
    assert adviser.get("/hochwasser/betrieb/beispieltal/quellen/").status_code == 404


def test_quality_page_says_who_was_heard_when(adviser: Client, network: Network) -> None:
    visitor = Client().get("/hochwasser/daten/qualitaet/?netz=lebendig").content.decode()
    assert "PEGELONLINE" in visitor
    assert "zuletzt gehört" in visitor
    assert "antwortet nicht" in visitor
    assert "cannot be reached" not in visitor  # technical words are for staff
    assert PAGE not in visitor
    staff = adviser.get("/hochwasser/daten/qualitaet/?netz=lebendig").content.decode()
    assert PAGE in staff


def test_total_of_a_day_is_not_drawn_as_rain_of_a_step(network: Network) -> None:
    from steiger.web.flood.domain.queries import rain_above

    gauge = network.sensors.filter(target=True).last()
    assert gauge is not None
    before = rain_above(network, gauge)
    Sensor.objects.filter(pk=before[0].pk).update(total_s=86400)
    assert rain_above(network, gauge) == before[1:]


@pytest.mark.parametrize(
    ("base", "word"),
    [
        ("", "antwortet nicht"),
        ("https://pegel.example.org/rest", "antwortet nicht"),
        ("http://pegel.example.org/rest", "wird von hier aus nicht gefragt"),
        ("https://pegel.example.org:8443/rest", "wird von hier aus nicht gefragt"),
    ],
)
def test_source_that_is_never_asked_is_not_blamed(base: str, word: str, db: None) -> None:
    network = make_live_network()
    network.sources["bund"] |= {"base": base} if base else {}
    network.save()
    sensor = network.sensors.get(key="quellgrund")
    sensor.tried = {"at": BEGIN.isoformat(), "state": "failed", "kind": "away", "problem": "x"}
    for told in (tried(sensor), heard(sensor)):
        assert told is not None
        assert word in told.text
