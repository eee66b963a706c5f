"""One person's data in all rooms, and the register of processing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from factories.advice import MONDAY_NINE, make_booking, make_topics
from factories.advice import make_adviser as make_advising
from factories.owners import OWN, make_world
from factories.traces import Marks
from steiger.web.accounts.domain import audit, persons
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.domain.personal_data import LIBRARIES
from steiger.web.accounts.models import LogEntry, User
from steiger.web.advice.domain.consulting import mark, write_notes
from steiger.web.advice.models import Booking
from steiger.web.background.domain.mail import queue_mail
from steiger.web.cases.models import CaseEntry, Contact
from steiger.web.curation.models import Submission
from steiger.web.desk.domain import personal_data as acts
from steiger.web.desk.domain.processing import register_of_processing
from steiger.web.desk.interfaces.person_words import ROOMS, processing_lines, shown
from steiger.web.desk.interfaces.personal_data_commands import personal_data
from steiger.web.desk.interfaces.processing_words import PHRASES
from steiger.web.desk.interfaces.record_words import FIELDS, RECORDS, field_label, record_label
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

HOUR = timedelta(hours=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: Rooms that keep something under an address, in the world of the access tests.
EXPECTED = {
    "account.EmailAddress",
    "accounts.AccessKey",
    "accounts.RoleGrant",
    "accounts.User",
    "advice.Booking",
    "advice.FollowUp",
    "audits.Audit",
    "audits.EvidenceFile",
    "audits.Rating",
    "audits.TestRun",
    "background.OutgoingMail",
    "cases.Case",
    "cases.CaseEntry",
    "cases.CaseTask",
    "cases.Contact",
    "cases.Evidence",
    "cases.Firm",
    "communities.Member",
    "communities.Note",
    "communities.Question",
    "curation.ContactPerson",
    "curation.Invitation",
    "curation.MapSubscription",
    "curation.Reminder",
    "curation.Representation",
    "curation.Submission",
    "curation.Webhook",
    "events.Attendance",
    "events.Registration",
    "flood.Subscription",
    "publications.Order",
}


@pytest.fixture
def world(db: None, tmp_path: Any, settings: Any) -> None:
    """Something of one person in every room."""
    settings.SEARCH_INDEX_DIR, settings.MEDIA_ROOT = tmp_path / "index", tmp_path
    settings.DATA_DIR = tmp_path
    make_world()
    queue_mail(to=[OWN], subject="x", text="y")
    user = User.objects.get(email=OWN)
    Submission.objects.create(
        kind="new",
        state="accepted",
        title="x",
        user=user,
        email=OWN.upper(),
        person_name="Eigene Person",
        decided_at=timezone.now(),
    )


def tables_with(text: str) -> set[str]:
    """Tables in which a text stands, whatever is declared."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if text in repr(cursor.fetchall()).lower():
                found.add(table)
    return found


def test_everything_is_found_and_everything_is_erased(world: None) -> None:
    found = {one.label for one in acts.find(OWN.upper())}
    assert found == EXPECTED
    told, left = acts.erase(address=OWN, by=audit.SYSTEM)
    assert left == []
    # Everybody who keeps something under an address says how it is forgotten.
    # Mails that wait may go with the first room that forgets the address.
    assert set(told) - {"background"} == {*persons.known(), "accounts"}
    assert tables_with(OWN) == set()
    assert not User.objects.filter(email=OWN).exists()
    noted = LogEntry.objects.get(act="desk.person.erase")
    assert (noted.object_id, noted.changes) == ("", told)
    assert acts.erase(address=OWN, by=audit.SYSTEM)[0] == {}  # again does no harm
    assert Submission.objects.get(title="x").email == ""


def test_others_keep_theirs(world: None) -> None:
    before = {one.label: len(one.rows) for one in acts.find("fremde@example.org")}
    assert before
    acts.erase(address=OWN, by=audit.SYSTEM)
    assert {one.label: len(one.rows) for one in acts.find("fremde@example.org")} == before


def test_correction_everywhere(world: None) -> None:
    number = {one.label: len(one.rows) for one in acts.find(OWN)}
    new = "Neue@Example.org"
    acts.correct(address=OWN, by=audit.SYSTEM, new_address=new, name="Neuer Name")
    after = {one.label: len(one.rows) for one in acts.find(new)}
    assert after == {key: n for key, n in number.items() if key != "background.OutgoingMail"}
    assert acts.find(OWN) == []
    assert Contact.objects.get(email="neue@example.org").name == "Neuer Name"


def advised(*, colleague: bool) -> Booking:
    """Bea of the Bäckerei Sonne had a consultation; perhaps the firm has another contact."""
    make_topics()
    forget_vocabulary()
    make_advising()
    booking = make_booking()
    write_notes(booking=booking, notes={"data": "Listen der Kasse"}, by=audit.SYSTEM)
    booking = mark(
        booking=booking, state=Booking.State.HELD, by=audit.SYSTEM, now=MONDAY_NINE + HOUR
    )
    assert booking.firm is not None
    if colleague:
        booking.firm.contacts.create(email="kollege@example.org", name="Kolja Kollege")
    return booking


@pytest.mark.django_db
def test_all_notes_and_the_firms_path_are_handed_out_but_no_colleague(settings: Any) -> None:
    booking = advised(colleague=True)
    found = {one.label: one.rows for one in acts.find(booking.email)}
    assert found["advice.Booking"][0]["data"] == "Listen der Kasse"
    assert [row["name"] for row in found["cases.Firm"]] == [booking.firm_name]
    assert {row["kind"] for row in found["cases.CaseEntry"]} == {"enquiry", "talk"}
    assert "kollege@example.org" not in repr(found)


@pytest.mark.django_db
@pytest.mark.parametrize("colleague", [False, True])
def test_erasing_leaves_no_notes_and_a_firm_only_to_its_colleagues(colleague: bool) -> None:
    booking = advised(colleague=colleague)
    _told, left = acts.erase(address=booking.email, by=audit.SYSTEM)
    assert left == []
    assert tables_with("listen der kasse") == set()
    assert bool(tables_with(booking.firm_name.lower())) is colleague
    assert CaseEntry.objects.filter(kind="talk").count() == 1  # the figure stays


@pytest.mark.django_db
def test_page_speaks_the_readers_language() -> None:
    booking = advised(colleague=False)
    with override("de"):
        lines = {(one.room, one.model): dict(one.pairs) for one in shown(acts.find(booking.email))}
    told = lines["Beratung", "Termin der Sprechstunde"]
    assert told["Daten"] == "Listen der Kasse"
    assert told["Stand"] == "gehalten"
    assert ("Wege der Betriebe", "Kontakt eines Betriebs") in lines


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"new_address": "fremde@example.org"}, "taken"),
        ({"new_address": "keine"}, "address"),
        ({}, "nothing"),
    ],
)
def test_correction_is_refused_and_nothing_half_done(
    world: None, given: dict[str, str], code: str
) -> None:
    before = acts.find(OWN)
    with pytest.raises(acts.PersonError) as refused:
        acts.correct(address=OWN, by=audit.SYSTEM, **given)
    assert refused.value.code == code
    assert acts.find(OWN) == before


def test_secrets_are_not_told(world: None) -> None:
    told = json.dumps([one.rows for one in acts.find(OWN)], default=str)
    assert "token_hash" not in told
    assert "password" not in told


@pytest.mark.django_db
def test_last_administrator_is_refused_as_a_whole() -> None:
    user = create_person(email="chefin@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="administrator", by=audit.SYSTEM, reason="test")
    with pytest.raises(acts.PersonError, match="last"):
        acts.erase(address=user.email, by=audit.SYSTEM)
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.django_db
def test_page_shows_and_erases_and_its_address_names_nobody() -> None:
    user = create_person(email="leitung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="administrator", by=audit.SYSTEM, reason="test")
    email = Marks().email("seite")
    create_person(email=email, by=audit.SYSTEM)
    browser, path = Client(), reverse("desk:personal_data")
    browser.force_login(user, backend=BACKEND)
    assert browser.post(path, {"address": "x"}).status_code == 400
    assert email in browser.post(path, {"address": email}).content.decode()
    file = browser.post(reverse("desk:personal_data_file"), {"address": email})
    assert json.loads(file.content)["accounts.User"][0]["email"] == email
    browser.post(path, {"address": email, "act": "erase"})  # without being sure
    assert User.objects.filter(email=email).exists()
    page = browser.post(path, {"address": email, "act": "erase", "sure": "yes"})
    assert "Gelöscht" in page.content.decode()
    assert not User.objects.filter(email=email).exists()
    assert email not in repr(list(LogEntry.objects.values()))
    wrong = {"address": user.email, "act": "correct", "new_address": "x"}
    assert browser.post(path, wrong).status_code == 400


@pytest.mark.django_db
def test_command() -> None:
    create_person(email="p@example.org", by=audit.SYSTEM)
    run = CliRunner().invoke
    assert json.loads(run(personal_data, ["show", "p@example.org"]).output)["accounts.User"]
    assert run(personal_data, ["show", "x"]).exit_code == 2
    moved = run(personal_data, ["correct", "p@example.org", "--new-address", "q@example.org"])
    assert "Corrected in 2 places." in moved.output
    assert run(personal_data, ["correct", "q@example.org"]).exit_code == 2
    assert run(personal_data, ["erase", "q@example.org"], input="n\n").exit_code == 1
    assert "Erased." in run(personal_data, ["erase", "q@example.org", "--yes"]).output
    assert "There was nothing." in run(personal_data, ["erase", "q@example.org", "--yes"]).output


# --- the register ---------------------------------------------------------------------------------
def test_register_holds_every_declared_field() -> None:
    declared = {
        (model._meta.app_label, model._meta.object_name, field)
        for model in apps.get_models(include_auto_created=True)
        for field in getattr(model, "PERSONAL_DATA", None) or LIBRARIES.get(model._meta.label, {})
    }
    lines = register_of_processing()
    assert {(one.room, one.model, one.field) for one in lines} == declared
    assert all(one.purpose and one.basis for one in lines)
    assert {one.room for one in lines} <= set(ROOMS)


def test_every_phrase_is_translated() -> None:
    lines = register_of_processing()
    phrases = {text for one in lines for text in (one.purpose, one.retention) if text}
    assert sorted(phrases - set(PHRASES)) == [], "add them to desk/interfaces/processing_words.py"
    with override("de"):
        german = processing_lines()
    english = {one.purpose for one in lines}
    assert [line for line in german if line[3] in english] == []


@pytest.mark.parametrize(("form", "begin"), [("md", "# Verzeichnis"), ("csv", "Teil;Datensatz")])
def test_register_as_a_file(form: str, begin: str) -> None:
    printed = CliRunner().invoke(personal_data, ["register", "--form", form])
    assert printed.output.startswith(begin)
    assert "Mails über neue Einträge" in printed.output
    assert "MapSubscription" not in printed.output


def test_every_record_and_field_has_words_in_both_languages() -> None:
    declared = acts.declarations()
    records = {model._meta.label for model in declared}
    fields = {field.name for model in declared for field in model._meta.concrete_fields}
    assert records == set(RECORDS)
    assert fields - acts.SECRET - set(FIELDS) == set(), "add them to interfaces/record_words.py"
    with override("de"):
        assert record_label("advice.Booking") == "Termin der Sprechstunde"
        assert field_label("about_de") == "Zur Person (deutsch)"
