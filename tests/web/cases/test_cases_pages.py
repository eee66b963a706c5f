"""Pages of advisers and firms: filters in the address, links, contacts, evidence, demo."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from factories.cases import EMAIL, PDF, make_case, make_firm
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain import links
from steiger.web.cases.domain.demo import load_cases_demo
from steiger.web.cases.domain.queries import cases_matching
from steiger.web.cases.models import Case, CaseEntry, Contact, Evidence, FirmLink, PendingContact
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LIST = "/mein-weg/faelle/"


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    load_vocabularies(region=load_region(django_settings.REGION), by=audit.SYSTEM)
    forget_vocabulary()


@pytest.fixture
def desk(adviser: User) -> Client:
    """The adviser's browser."""
    client = Client()
    client.force_login(adviser, backend=BACKEND)
    return client


def link_in_mail() -> str:
    found = re.search(
        r"https?://[^/]+(/\S+)", OutgoingMail.objects.latest("created_at").content["text"]
    )
    assert found is not None
    return found.group(1)


# --- the list -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"a", "b"}),
        ("state=all", {"a", "b", "c"}),
        ("state=closed", {"c"}),
        ("adviser=none", {"b"}),
        ("district=05124", {"b"}),
        ("sector=wz31", {"b"}),
        ("size=micro", {"a"}),
        ("station=trial", {"a"}),
        ("station=outcome", set()),
        ("q=tischlerei", {"b"}),
        ("q=adelheid+backstube", {"a"}),
        ("q=nirgends", set()),
        ("size=unsinn&sector=wz31", {"b"}),
        ("q=%27%22<script>&page=abc", set()),
        ("q=%00", {"a", "b"}),
    ],
)
def test_filters_stand_in_the_address(
    desk: Client, adviser: User, query: str, found: set[str]
) -> None:
    a = make_case()
    Case.objects.filter(pk=a.pk).update(adviser=adviser)
    CaseEntry.objects.create(case=a, kind="trial", happened_at=timezone.now(), room="x", source="1")
    b = make_case("b@example.org", name="Tischlerei Beispiel", size="small", sector="wz31",
                  municipality="05124000", contact="Bert")  # fmt: skip
    c = make_case(
        "c@example.org", name="Cafe Beispiel", size="", sector="", municipality="", contact=""
    )
    Case.objects.filter(pk=c.pk).update(state="closed", closed_at=timezone.now())
    names = {"a": "Bäckerei Zwiebelkuchen", "b": "Tischlerei Beispiel", "c": "Cafe Beispiel"}
    page = desk.get(f"{LIST}?{query}").content.decode()
    assert {key for key, name in names.items() if name in page} == found
    assert b.pk != c.pk


def test_what_is_not_understood_is_said(desk: Client) -> None:
    assert "Nicht verstanden und weggelassen: Größe" in desk.get(f"{LIST}?size=x").content.decode()


@pytest.mark.parametrize("number", ["acae980e", "12345678"])
def test_case_is_found_by_the_beginning_of_its_number(number: str) -> None:
    firm = make_firm()
    case = Case.objects.create(pk=UUID(number + 24 * "a"), firm=firm)
    other = Case.objects.create(firm=firm)
    assert list(cases_matching(text=case.number.upper())) == [case]
    assert case not in cases_matching(text=other.number)


@pytest.mark.usefixtures("steady_vocabulary")
def test_list_asks_the_database_as_often_for_many_as_for_few(desk: Client) -> None:
    questions = []
    for number in (2, 20):
        for n in range(number):
            make_case(f"{number}-{n}@example.org")
        desk.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        questions.append([query["sql"] for query in asked])
    few, many = questions
    assert len(few) == len(many), many


def test_evidence_comes_later_and_goes_again(desk: Client) -> None:
    case = make_case()
    entry, page = case.entries.get(), f"{LIST}{case.pk}/"
    add = f"{page}eintrag/{entry.pk}/beleg/"
    assert add in desk.get(page).content.decode()
    empty = desk.post(add, {"url": ""})
    assert empty.status_code == 400
    assert "Geben Sie einen Link an" in empty.content.decode()
    desk.post(add, {"url": "https://example.org/bericht", "file": SimpleUploadedFile("b.pdf", PDF)})
    evidence = Evidence.objects.get()
    entry.refresh_from_db()
    assert (evidence.url, evidence.name, entry.evidenced) == (
        "https://example.org/bericht", "b.pdf", True,
    )  # fmt: skip
    other = make_case("andere@example.org")
    remove = f"beleg/{evidence.pk}/entfernen/"
    assert desk.post(f"{LIST}{other.pk}/{remove}").status_code == 404
    desk.post(f"{page}{remove}", follow=True)
    entry.refresh_from_db()
    assert (Evidence.objects.count(), entry.evidenced) == (0, False)


# --- the way in -----------------------------------------------------------------------------------
def test_page_does_not_tell_whether_an_address_is_known(client: Client) -> None:
    make_firm()
    answers = [
        client.post("/mein-weg/zugang/", {"email": address, "website": ""})
        for address in (EMAIL.upper(), "fremd@example.org")
    ]
    assert {a.headers["Location"] for a in answers} == {"/mein-weg/zugang/unterwegs/"}
    assert [mail.recipients["to"] for mail in OutgoingMail.objects.all()] == [[EMAIL]]


def test_link_works_once_and_opening_it_uses_nothing_up(client: Client) -> None:
    firm = make_firm()
    client.post("/mein-weg/zugang/", {"email": EMAIL, "website": ""})
    link = link_in_mail()
    page = client.get(link)
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "strict-origin")
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(link).headers["Location"] == "/mein-weg/"
    assert client.get("/mein-weg/").headers["Location"] == f"/mein-weg/firma/{firm.pk}/"
    assert Client().post(link).status_code == 410
    client.post("/mein-weg/verlassen/")
    assert client.get("/mein-weg/").headers["Location"] == "/mein-weg/zugang/"


def test_link_expires_and_is_pruned(client: Client) -> None:
    token = links._new_link(make_firm().contacts.get())
    FirmLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(reverse("cases:use_link", args=[token])).status_code == 410
    assert links.prune_links() == 1


def test_one_address_is_not_flooded() -> None:
    make_firm()
    assert [links.send_link(email=EMAIL, language="de") for _ in range(3)] == [True, False, False]


def test_only_the_hash_of_a_link_is_kept() -> None:
    token = links._new_link(make_firm().contacts.get())
    assert token not in FirmLink.objects.get().token_hash


def test_sender_who_asks_too_often_waits(client: Client) -> None:
    codes = [
        client.post("/mein-weg/zugang/", {"email": "x@example.org", "website": ""}).status_code
        for _ in range(11)
    ]
    assert codes == [302] * 10 + [429]


def test_one_person_of_two_firms_chooses(client: Client) -> None:
    first = make_firm()
    second = make_firm("zwei@example.org", name="Zweitbetrieb Beispiel")
    Contact.objects.create(firm=second, email=EMAIL)
    token = links._new_link(first.contacts.get())
    client.post(reverse("cases:use_link", args=[token]))
    page = client.get("/mein-weg/").content.decode()
    assert "Zweitbetrieb Beispiel" in page
    assert "Bäckerei Zwiebelkuchen" in page


# --- contacts -------------------------------------------------------------------------------------
def test_address_counts_only_when_confirmed(desk: Client, client: Client) -> None:
    case = make_case()
    values = {"name": "Neu Beispiel", "email": " Neu@Example.org "}
    desk.post(reverse("cases:contact", args=[case.pk]), values)
    assert (Contact.objects.count(), PendingContact.objects.count()) == (1, 1)
    link = link_in_mail()
    assert client.get(link).status_code == 200
    assert Contact.objects.count() == 1, "opening a link changes nothing"
    assert client.post(link).status_code == 302
    assert (Contact.objects.count(), PendingContact.objects.count()) == (2, 0)
    assert client.post(link).status_code == 410


def test_known_address_is_said(desk: Client) -> None:
    case = make_case()
    answer = desk.post(reverse("cases:contact", args=[case.pk]), {"email": EMAIL}, follow=True)
    assert "Diese Adresse gehört schon zum Betrieb." in answer.content.decode()


# --- stations and evidence ------------------------------------------------------------------------
def station(**more: Any) -> dict[str, Any]:
    return {"day": "2026-01-20", "title": "Läuft", "result": "in_use", "for_firm": "on"} | more


def test_station_with_file_is_kept_and_comes_back_as_a_download(desk: Client) -> None:
    case = make_case()
    file = SimpleUploadedFile("../../a<b>.pdf", PDF)
    answer = desk.post(reverse("cases:station", args=[case.pk, "outcome"]), station(file=file))
    assert answer.status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.entry.result, evidence.entry.evidenced) == ("in_use", True)
    assert re.fullmatch(r"cases/[0-9a-f]{32}", evidence.file.name)
    sent = desk.get(reverse("cases:evidence", args=[case.pk, evidence.pk]))
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(sent.streaming_content) == PDF


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": ""}, "Geben Sie einen Tag an"),
        ({"day": "2999-01-01"}, "Dieser Tag liegt in der Zukunft"),
        ({"title": ""}, "Sagen Sie in einer Zeile"),
        ({"url": "kein link"}, "Ein Link sieht so aus"),
        ({"url": "javascript:alert(1)"}, "Ein Link sieht so aus"),
        ({"file": ("seite.html", b"<script>")}, "Diese Art Datei"),
        ({"file": ("bild.png", b"<svg>")}, "Diese Art Datei"),
        ({"file": ("gross.pdf", b"%PDF-" + b"x" * 10_000_000)}, "größer als 10 MB"),
    ],
)
def test_bad_input_is_said_and_loses_nothing(
    desk: Client, change: dict[str, Any], said: str
) -> None:
    case = make_case()
    if "file" in change:
        change = {"file": SimpleUploadedFile(*change["file"])}
    values = station(text="Bleibt stehen", **{k: v for k, v in change.items() if k == "file"})
    values |= {k: v for k, v in change.items() if k != "file"}
    answer = desk.post(reverse("cases:station", args=[case.pk, "outcome"]), values)
    page = answer.content.decode()
    assert (answer.status_code, said in page, "Bleibt stehen" in page) == (400, True, True)
    assert CaseEntry.objects.count() == 1


def test_taken_back_entry_takes_its_file_along(
    desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    case = make_case()
    file = SimpleUploadedFile("a.pdf", PDF)
    desk.post(reverse("cases:station", args=[case.pk, "outcome"]), station(file=file))
    evidence = Evidence.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("cases:remove", args=[case.pk, evidence.entry_id]))
    assert CaseEntry.objects.count() == 1
    assert not evidence.file.storage.exists(evidence.file.name)


def test_what_another_room_told_cannot_be_taken_back_here(desk: Client) -> None:
    case = make_case()
    answer = desk.post(reverse("cases:remove", args=[case.pk, case.entries.get().pk]), follow=True)
    assert "kommt aus einem anderen Bereich" in answer.content.decode()
    assert CaseEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "key"),
    [("Wuppertal", "05124000"), ("44135", "05913000"), ("", ""), ("Hintertupfingen", None)],
)
def test_new_case_by_hand(desk: Client, adviser: User, place: str, key: str | None) -> None:
    values = {"name": "Neubetrieb", "size": "small", "sector": "wz10", "place": place, "actor": ""}
    answer = desk.post(reverse("cases:new"), values)
    if key is None:
        assert "liegt nicht in der Region" in answer.content.decode()
        return
    case = Case.objects.get()
    assert (case.adviser, case.firm.municipality) == (adviser, key)


def test_erased_case_refuses_to_be_written_into(desk: Client) -> None:
    case = make_case()
    desk.post(reverse("cases:erase", args=[case.pk]), {"sure": "on"})
    answer = desk.post(reverse("cases:note", args=[case.pk]), {"text": "noch etwas"}, follow=True)
    assert "Die Texte dieses Falls sind gelöscht." in answer.content.decode()
    assert desk.get(reverse("cases:case", args=[case.pk])).status_code == 200
    assert CaseEntry.objects.filter(kind="note").count() == 0


# --- demo -----------------------------------------------------------------------------------------
def test_demo_is_the_same_every_time_and_only_once(adviser: User) -> None:
    now = timezone.now()
    assert load_cases_demo(now=now, number=12, advisers=[adviser]) == 12
    assert load_cases_demo(now=now, number=12, advisers=[adviser]) == 0
    assert all(c.firm.example and "Beispiel" in c.firm.name for c in Case.objects.all())
    assert set(Case.objects.values_list("adviser", flat=True)) == {adviser.pk}
    assert not CaseEntry.objects.filter(happened_at__gt=now).exists()


@pytest.mark.parametrize(
    ("query", "says"), [("", "Kein offener Fall"), ("?q=x", "Kein Fall passt")]
)
def test_an_empty_list_says_whether_filters_are_to_blame(
    desk: Client, query: str, says: str
) -> None:
    page = desk.get(reverse("cases:cases") + query).content.decode()
    assert says in page
