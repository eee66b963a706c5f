"""What staff do: let a network rest and go on, have forecasts computed again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from factories.flood_room import make_past, run
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.interfaces.log_words import change_words
from steiger.web.accounts.models import LogEntry, RoleName
from steiger.web.flood.models import Forecast, Network

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def adviser(db: None) -> Client:
    """The browser of an adviser."""
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def test_pause_and_resume_are_told_and_logged_once(adviser: Client, network: Network) -> None:
    for _ in range(2):
        page = adviser.post("/hochwasser/betrieb/beispieltal/anhalten/", follow=True)
    assert "Weiterlaufen lassen" in page.content.decode()
    assert "angehalten" in adviser.get("/hochwasser/").content.decode()
    adviser.post("/hochwasser/betrieb/beispieltal/weiter/")
    acts = list(
        LogEntry.objects.filter(act__startswith="flood.network").values_list("act", "as_role")
    )
    assert sorted(acts) == [("flood.network.pause", "adviser"), ("flood.network.resume", "adviser")]


def test_forecast_is_queued_to_be_computed_again(adviser: Client, network: Network) -> None:
    run(network, [0.7])
    forecast = Forecast.objects.get()
    page = adviser.post(f"/hochwasser/betrieb/vorhersagen/{forecast.pk}/pruefen/", follow=True)
    assert "wartet auf das Nachrechnen" in page.content.decode()
    assert DBTaskResult.objects.get(task_path__contains="check_forecast").queue_name == "heavy"


def test_trail_can_be_searched(adviser: Client, network: Network) -> None:
    run(network, [0.7, 0.8])
    make_past(network)
    newest = Forecast.objects.filter(purpose="live").first()
    assert newest is not None
    found = adviser.get("/hochwasser/betrieb/", {"id": newest.forecast_id[:10].upper()})
    assert found.content.decode().count("Nachrechnen<") == 1
    past = adviser.get("/hochwasser/betrieb/", {"purpose": "hindcast", "network": "beispieltal"})
    assert past.content.decode().count("Nachrechnen<") == 12


def test_trouble_of_the_last_cycle_is_shown_to_staff_only(
    adviser: Client, network: Network
) -> None:
    Network.objects.update(trouble="NetworkError: quellenau")
    assert "NetworkError: quellenau" in adviser.get("/hochwasser/betrieb/").content.decode()
    assert "NetworkError" not in Client().get("/hochwasser/").content.decode()


def test_log_says_in_words_what_was_changed() -> None:
    with override("de"):
        told = change_words(
            "flood.network",
            {
                "bund": ["", "adapter pegelonline, base https://example.org/rest"],
                "source land": ["", "adapter kiwis"],
                "sensor talmund": ["", "source bund, unit cm"],
                "profile": ["", "full"],
                "paused": [False, True],
                "model": ["", "0a1b2c, whatever it says"],
            },
        )
    assert told == [
        ("bund", "– → Art: PEGELONLINE, Adresse des Dienstes: https://example.org/rest"),
        ("Quelle land", "– → Art: KiWIS"),
        ("Messstelle talmund", "– → Quelle: bund, Einheit dort: cm"),
        ("Art des Lernens", "– → genau: Minuten je Pegel"),
        ("Angehalten", "nein → ja"),
        ("Modell", "– → 0a1b2c, whatever it says"),
    ]
