"""Advisers and bookings for tests. All times are in 2026, when a Monday is the 30th of November."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain.booking import Given, ask, confirm
from steiger.web.advice.domain.need import Need, need_of
from steiger.web.advice.models import Adviser, Booking, Format, MeetingPlace, WorkingHours
from steiger.web.directory.models import Term

BERLIN = ZoneInfo("Europe/Berlin")
#: A Thursday noon; the adviser's notice of 24 hours leads to Friday noon.
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
BREAD = "Abends bleibt Brot übrig, wir werfen zu viel weg."


def make_topics() -> None:
    """The topics that the tests speak of."""
    for position, (vocabulary, key, de, en, synonyms) in enumerate(
        (
            ("method", "time_series", "Zeitreihen und Vorhersage", "Forecasting", ["Prognose"]),
            ("method", "computer_vision", "Bildverarbeitung", "Computer vision", ["Kamera"]),
            ("technology", "agriculture", "Landwirtschaft und Ernährung", "Food", ["Lebensmittel"]),
            ("technology", "law", "Recht und Regulierung", "Law", ["Datenschutz"]),
            ("size", "micro", "Kleinstunternehmen", "Micro enterprise", []),
            ("sector", "c", "Verarbeitendes Gewerbe", "Manufacturing", []),
        )
    ):
        Term.objects.get_or_create(
            vocabulary=vocabulary,
            key=key,
            defaults={
                "label_de": de,
                "label_en": en,
                "synonyms": synonyms,
                "position": position,
            },
        )


def make_user(email: str, role: str = RoleName.ADVISER) -> User:
    """A person with a role."""
    user = create_person(email=email, by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
    return user


def make_adviser(
    name: str = "Vera Beispiel",
    topics: Sequence[str] = ("time_series", "agriculture"),
    days: Sequence[int] = (0, 1, 2, 3, 4),
    place: str = "05913000",
    **values: Any,
) -> Adviser:
    """An adviser who works from nine to twelve on weekdays, 45 minutes and a pause of 15."""
    user = make_user(f"{name.split(maxsplit=1)[0].lower()}@example.org")
    given: dict[str, Any] = {
        "languages": ["de", "en"],
        "formats": list(Format.values),
        "video_url": "https://video.example.org/vera",
    }
    adviser = Adviser.objects.create(user=user, name=name, **(given | values))
    adviser.topics.set(Term.objects.filter(key__in=topics))
    WorkingHours.objects.bulk_create(
        WorkingHours(adviser=adviser, weekday=day, begins=time(9), ends=time(12)) for day in days
    )
    MeetingPlace.objects.create(adviser=adviser, municipality=place, address="Musterstraße 1")
    return adviser


def need(words: str = BREAD, format_: str = "video", language: str = "de", ags: str = "") -> Need:
    """A need of a bakery."""
    return need_of(words=words, language=language, format_=format_, ags=ags)


def given(email: str = "baeckerei@example.org", **values: Any) -> Given:
    """A bakery."""
    start: dict[str, Any] = {
        "firm_name": "Bäckerei Beispiel",
        "contact": "Bea Beispiel",
        "size": "micro",
        "sector": "c",
    }
    return Given(email=email, **(start | values))


def make_asked(
    start: datetime = MONDAY_NINE,
    email: str = "baeckerei@example.org",
    now: datetime = NOW,
    **values: Any,
) -> Booking:
    """A wish that is not confirmed yet."""
    area = values.pop("area", "")
    return ask(
        need=need(**values),
        start=start.astimezone(UTC),
        area=area,
        given=given(email),
        language="de",
        now=now,
    )


def make_booking(
    start: datetime = MONDAY_NINE, email: str = "baeckerei@example.org", now: datetime = NOW
) -> Booking:
    """A confirmed booking."""
    asked = make_asked(start, email, now)
    return confirm(booking_id=asked.pk, now=now + timedelta(minutes=2))
