"""After its time nothing of a firm is left but figures: searched in all tables and files."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from factories.cases import EMAIL, SECRETS, make_adviser, make_case, make_firm, make_full_case
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain import rooms
from steiger.web.cases.domain.cases import close, open_by_hand, set_confidential, take
from steiger.web.cases.domain.contacts import ask_contact
from steiger.web.cases.domain.erasing import erase_due, erase_firm, let_go
from steiger.web.cases.domain.files import sweep_files
from steiger.web.cases.domain.links import send_link
from steiger.web.cases.domain.queries import (
    cases_in,
    entries_by_kind,
    entry_rows,
    firms_advised,
    outcomes,
)
from steiger.web.cases.domain.record import FirmGiven, record
from steiger.web.cases.domain.retention import add_months, erased_on, rules
from steiger.web.cases.models import Case, CaseEntry, Contact, Evidence, Firm

pytestmark = pytest.mark.django_db
START = timezone.now() - timedelta(days=400)
END = timezone.now() + timedelta(days=2000)


def dump() -> str:
    """Every value of every table, as text."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(texts)


def files() -> str:
    """Names and content of every file that was uploaded."""
    folder = Path(settings.MEDIA_ROOT)
    found = [path for path in folder.rglob("*") if path.is_file()]
    return "\n".join(f"{path.name} {path.read_bytes()!r}" for path in found)


def found_in(text: str) -> list[str]:
    return [word for word in SECRETS if word.lower() in text.lower()]


def figures() -> dict[str, Any]:
    """What reports read, without names."""
    return {
        "firms": [
            (f.firm, f.size, f.sector, f.district, f.entries, f.first_at, f.last_at)
            for f in firms_advised(START, END)
        ],
        "kinds": entries_by_kind(START, END),
        "outcomes": [(o.entry, o.result, o.evidenced, o.district) for o in outcomes(START, END)],
        "rows": [(r.entry, r.kind, r.happened_at, r.room) for r in entry_rows(START, END)],
    }


@pytest.fixture
def full(adviser: User, colleague: User) -> Case:
    case = make_full_case(adviser, colleague)
    send_link(email=EMAIL, language="de")
    return case


def test_factory_really_puts_the_words_everywhere(full: Case) -> None:
    assert found_in(dump()) == list(SECRETS)
    assert found_in(files()) == ["Zwiebelkuchen", "Adelheid"]


def test_after_its_time_no_name_is_left_and_figures_are_the_same(
    full: Case, django_capture_on_commit_callbacks: Any
) -> None:
    close(case=full, why="reached", by=audit.SYSTEM)
    before = figures()
    late = add_months(timezone.now(), rules().keep_months) + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        done = erase_due(late)
    assert (done["cases"], Firm.objects.get().erased_at) == (1, late)
    assert found_in(dump()) == []
    assert found_in(files()) == []
    assert figures() == before
    assert cases_in(START, END).closings == {"reached": 1}
    assert outcomes(START, END)[0].evidenced is True


def test_one_day_before_its_time_everything_is_there(full: Case) -> None:
    close(case=full, why="reached", by=audit.SYSTEM)
    early = add_months(timezone.now(), rules().keep_months) - timedelta(days=1)
    assert erase_due(early)["cases"] == 0
    assert set(SECRETS) - {"neue-kollegin"} <= set(found_in(dump()))


def test_log_never_holds_a_name(full: Case) -> None:
    close(case=full, why="reached", by=audit.SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_logentry")
        log = repr(cursor.fetchall())
    assert found_in(log) == []


def test_labels_of_all_models_never_hold_a_name(full: Case) -> None:
    labels = [
        str(thing)
        for model in apps.get_app_config("cases").get_models()
        for thing in model.objects.all()
    ]
    assert len(labels) >= 12
    assert found_in(" ".join(labels)) == []


def test_reminders_name_no_firm(full: Case) -> None:
    from steiger.web.cases.domain.todo import remind_due

    OutgoingMail.objects.all().delete()
    assert remind_due() == 1
    mail = OutgoingMail.objects.get()
    assert found_in(f"{mail.content}") == []
    assert full.number in mail.content["text"]
    assert remind_due() == 0


def test_erased_on_wish_at_once(full: Case, django_capture_on_commit_callbacks: Any) -> None:
    before = figures()
    with django_capture_on_commit_callbacks(execute=True):
        erase_firm(firm=full.firm, by=audit.VISITOR)
    assert (found_in(dump()), found_in(files()), figures()) == ([], [], before)
    assert Case.objects.get().closing == "erased"
    erase_firm(firm=full.firm, by=audit.VISITOR)  # a second time does no harm


def test_other_rooms_forget_too(full: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def forget(firm: Any, addresses: Any) -> int:
        asked.append((firm, list(addresses)))
        return 1

    monkeypatch.setattr(rooms, "_rooms", {})
    rooms.register(rooms.RoomData(room="advice", kept=lambda *_: [{"slot": 1}], erase=forget))
    assert rooms.kept_elsewhere(full.firm.pk, [EMAIL]) == {"advice": [{"slot": 1}]}
    erase_firm(firm=full.firm, by=audit.VISITOR)
    # Whoever has not confirmed an address may not let others forget it.
    assert asked == [(full.firm.pk, [EMAIL])]


def test_other_rooms_keep_to_their_own_times(full: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(rooms, "_rooms", {})
    forget = rooms.RoomData(room="x", kept=lambda *_: [], erase=lambda *a: asked.append(a) or 1)
    rooms.register(forget)
    close(case=full, why=Case.Closing.REACHED, by=audit.SYSTEM)
    erase_due(timezone.now() + timedelta(days=1000))
    full.firm.refresh_from_db()
    assert (full.firm.erased_at is not None, asked) == (True, [])


def test_what_is_told_after_erasure_counts_without_words(full: Case) -> None:
    erase_firm(firm=full.firm, by=audit.VISITOR)
    for title in ("Adelheid kam", "Adelheid kam doch"):
        record(
            firm=full.firm,
            kind=CaseEntry.Kind.TALK,
            happened_at=timezone.now(),
            title=title,
            room="advice",
            source="booking/later",
            details={"text": "Zwiebelkuchen"},
            by=audit.SYSTEM,
        )
    assert entries_by_kind(START, END)["talk"] == 2
    assert found_in(dump()) == []
    assert Case.objects.filter(state="open").count() == 0


def test_new_case_of_a_firm_outlives_the_words_of_its_old_one(full: Case) -> None:
    close(case=full, why="reached", by=audit.SYSTEM)
    Case.objects.update(closed_at=add_months(timezone.now(), -25))
    again = record(
        firm=full.firm,
        kind=CaseEntry.Kind.ENQUIRY,
        happened_at=timezone.now(),
        title="Neue Frage zur Knetmaschine",
        room="advice",
        source="booking/2",
        by=audit.SYSTEM,
    )
    assert erase_due()["cases"] == 1
    full.refresh_from_db()
    again.refresh_from_db()
    assert full.erased_at is not None
    assert again.title == "Neue Frage zur Knetmaschine"
    assert Contact.objects.get().email == EMAIL
    assert CaseEntry.objects.filter(case=full).exclude(title="").count() == 0


def test_dormant_case_is_closed_first_and_erased_later(full: Case) -> None:
    month = rules().dormant_months
    silent = add_months(timezone.now(), month) + timedelta(days=1)
    assert (erase_due(silent)["dormant"], erase_due(silent)["cases"]) == (1, 0)
    full.refresh_from_db()
    assert (full.closing, full.closed_at) == ("dormant", silent)
    much_later = add_months(silent, rules().keep_months) + timedelta(days=1)
    assert erase_due(much_later)["cases"] == 1


def test_firm_of_which_nothing_was_told_is_erased_in_time(db: None) -> None:
    make_firm()
    late = add_months(timezone.now(), rules().keep_months) + timedelta(days=1)
    assert erase_due()["firms"] == 0
    assert erase_due(late)["firms"] == 1
    assert found_in(dump()) == []


def test_unconfirmed_address_is_erased_after_its_days(adviser: User) -> None:
    from steiger.web.cases.models import PendingContact

    case = make_case()
    ask_contact(
        case=case, name="Neu", email="neue-kollegin@example.org", language="de", by=audit.SYSTEM
    )
    assert erase_due()["pending"] == 0
    old = timezone.now() - timedelta(days=rules().unconfirmed_days, minutes=1)
    PendingContact.objects.update(created_at=old)
    assert erase_due()["pending"] == 1
    assert "neue-kollegin" not in dump()


def test_files_without_a_row_are_swept_after_an_hour(full: Case) -> None:
    import os

    lost = Path(settings.MEDIA_ROOT) / "cases/verwaist"
    lost.write_bytes(b"x")
    assert sweep_files() == 0
    os.utime(lost, (0, 0))
    assert (sweep_files(), lost.exists()) == (1, False)
    assert Evidence.objects.get().file.storage.exists(Evidence.objects.get().file.name)


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        ("2024-02-29", 24, "2026-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
    ],
)
def test_months_end_on_the_last_day(begin: str, months: int, end: str) -> None:
    moved = add_months(datetime.fromisoformat(f"{begin}T12:00:00+00:00"), months)
    assert moved.date().isoformat() == end


def test_day_of_erasure_is_known_when_closed(full: Case) -> None:
    assert erased_on(full) is None
    at = datetime.fromisoformat("2026-03-31T12:00:00+00:00")
    case = close(case=full, why="reached", by=audit.SYSTEM, at=at)
    assert str(erased_on(case)) == "2028-03-31"


# --- when a room's time is up -----------------------------------------------------------------
def let_it_go(case: Case) -> bool:
    """Whether the firm is forgotten once the room keeps nothing about it any more."""
    address = case.firm.contacts.get().email
    sources = list(case.entries.values_list("source", flat=True))
    return bool(let_go(addresses=[address], room="advice", sources=sources))


def test_firm_about_which_nothing_is_kept_is_let_go() -> None:
    case = make_case()
    assert let_it_go(case)
    case.firm.refresh_from_db()
    assert (case.firm.name, case.firm.contacts.count()) == ("", 0)


@pytest.mark.parametrize("how", ["opened", "taken", "confidential"])
def test_case_that_an_adviser_has_in_hand_is_not_let_go(how: str) -> None:
    adviser = make_adviser()
    by = audit.Actor.of(adviser)
    if how == "opened":
        given = FirmGiven(name="Bäckerei Zwiebelkuchen", size="micro")
        case = open_by_hand(given=given, adviser=adviser, by=by)
        Contact.objects.create(firm=case.firm, email=EMAIL)
    else:
        case = make_case()
        take(case=case, adviser=adviser, by=by)
    if how == "confidential":
        set_confidential(case=case, confidential=True, by=by)
    assert not let_it_go(case)
    case.refresh_from_db()
    assert (case.state, case.firm.name) == (Case.State.OPEN, "Bäckerei Zwiebelkuchen")


def test_adviser_who_came_with_a_booking_does_not_keep_a_case() -> None:
    firm, adviser = make_firm(), make_adviser()
    entry = record(
        firm=firm,
        kind=CaseEntry.Kind.TALK,
        happened_at=timezone.now(),
        title="Erstgespräch",
        room="advice",
        source="booking/1",
        by=audit.VISITOR,
        adviser=adviser,
    )
    assert entry.case.adviser == adviser
    assert let_it_go(entry.case)
