"""Pages, search, facets, files, citations, feed, orders."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from factories.directory import make_actor
from factories.publications import VALUES, add_file, make_draft, make_pdf, make_publication
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import CaseEntry, Contact
from steiger.web.publications.domain import searching
from steiger.web.publications.domain.demo import load_demo
from steiger.web.publications.domain.orders import (
    MOST_OPEN,
    TooManyError,
    ask,
    confirm,
    prune_orders,
)
from steiger.web.publications.domain.publishing import (
    AuthorGiven,
    NotReadyError,
    begin_version,
    change,
    publish,
    withdraw,
)
from steiger.web.publications.domain.queries import (
    download_total,
    downloads_between,
    orders_between,
    published_between,
)
from steiger.web.publications.domain.tokens import TokenError, order_of, token_for
from steiger.web.publications.models import DownloadCount, Order, Publication

pytestmark = pytest.mark.django_db
ADDRESS = "firma@example.org"


@pytest.fixture
def staff(client: Client) -> Client:
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/wissen/{query}").content.decode()
    return re.findall(r'st-pub-card__title"><a href="[^"]+">([^<]+)<', page)


# --- list -----------------------------------------------------------------------------------------
def test_drafts_are_not_listed(client: Client) -> None:
    make_draft(title_de="Entwurf")
    make_publication(title_de="Fertig")
    assert titles(client) == ["Fertig"]


def test_search_reads_files_and_ranks_titles_first(client: Client) -> None:
    make_publication(title_de="Anderes", text="Hier steht etwas ueber Hochwasserschutz im Betrieb.")
    make_publication(title_de="Hochwasser im Betrieb")
    assert titles(client, "?q=hochwasser") == ["Hochwasser im Betrieb", "Anderes"]
    page = client.get("/wissen/?q=hochwasserschutz").content.decode()
    assert "Seite 1:" in page
    assert "Hier steht etwas ueber Hochwasserschutz im Betrieb." in page


def test_short_words_begin_a_word(client: Client) -> None:
    make_publication(title_de="Skizze")
    make_publication(title_de="KI im Betrieb")
    assert titles(client, "?q=ki") == ["KI im Betrieb"]


def test_umlauts_are_found_either_way(client: Client) -> None:
    make_publication(title_de="Prüfung der Bäckerei")
    assert titles(client, "?q=baeckerei+pruefung") == ["Prüfung der Bäckerei"]


def test_typing_mistakes_are_forgiven_as_on_the_map(client: Client) -> None:
    make_publication(title_de="KI im Handwerksbetrieb")
    make_publication(title_de="Anderes", text="Sprache hilft in der Pflegedokumentation sehr.")
    assert titles(client, "?q=Handwrksbetrieb") == ["KI im Handwerksbetrieb"]
    assert titles(client, "?q=ki+handwerksbetrib") == ["KI im Handwerksbetrieb"]
    page = client.get("/wissen/?q=Pflegedokumentaion").content.decode()
    assert "fast so geschrieben" in page
    assert "Sprache hilft in der Pflegedokumentation sehr." in page
    assert "KI im Handwerksbetrieb" not in page
    exact = client.get("/wissen/?q=Handwerksbetrieb").content.decode()
    assert "fast so geschrieben" not in exact
    assert b"KI im Handwerksbetrieb" in client.get("/wissen/neues.xml?q=Handwrksbetrieb").content


def test_a_new_publication_is_found_in_spite_of_mistakes(client: Client) -> None:
    make_publication(title_de="Sichtprüfung")
    assert titles(client, "?q=Sichtprufng") == ["Sichtprüfung"]
    make_publication(title_de="Arbeitsvorbereitung")
    assert titles(client, "?q=Arbeitsvorbereitng") == ["Arbeitsvorbereitung"]


def test_words_of_a_version_are_found_once_it_is_public(client: Client) -> None:
    row = make_publication(title_de="Leitfaden", text="Das alte Werkzeug bleibt in jedem Betrieb.")
    version = begin_version(publication=row, by=audit.SYSTEM, released_on=date(2026, 4, 1))
    add_file(version, data=make_pdf("Das neue Verfahren kommt in zwei Jahren."))
    assert titles(client, "?q=Verfahren") == []
    assert titles(client, "?q=Verfahrn") == []
    assert titles(client, "?q=Werkzeug") == ["Leitfaden"]
    publish(publication=row, by=audit.SYSTEM)
    assert titles(client, "?q=Verfahren") == ["Leitfaden"]
    assert titles(client, "?q=Werkzeug") == []


def test_a_begun_version_does_not_keep_the_published_one_from_being_changed() -> None:
    row = make_publication(title_de="Leitfaden")
    begin_version(publication=row, by=audit.SYSTEM, released_on=date(2026, 4, 1))
    authors = [AuthorGiven("Beispielverband")]
    values = VALUES | {"title_de": "Wegweiser"}
    change(publication=row, by=audit.SYSTEM, values=values, authors=authors, topics=[])
    row.refresh_from_db()
    assert row.title_de == "Wegweiser"
    with pytest.raises(NotReadyError):
        publish(publication=row, by=audit.SYSTEM)


def test_words_forgotten_by_another_thread_break_no_search(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetting(dict[Any, Any]):
        def __setitem__(self, key: Any, value: Any) -> None:
            """As if another thread cleared it at once."""

    monkeypatch.setattr(searching, "_known", Forgetting())
    make_publication(title_de="Sichtprüfung")
    assert titles(client, "?q=Sichtprufng") == ["Sichtprüfung"]


def test_if_nothing_fits_the_page_says_which_word_to_leave_out(client: Client) -> None:
    make_publication(title_de="KI in der Bäckerei")
    make_publication(title_de="Anderes")
    page = client.get("/wissen/?q=b%C3%A4ckerei+br%C3%B6tchen").content.decode()
    assert "Ohne „brötchen“ passt 1 Veröffentlichung." in page
    assert 'href="/wissen/?q=b%C3%A4ckerei"' in page
    assert "Ohne „bäckerei“" not in page
    nothing = client.get("/wissen/?q=xyzxyz").content.decode()
    assert "Ohne Ihre Suchwörter passen 2 Veröffentlichungen." in nothing


@pytest.mark.parametrize("q", ["%25", "_", "'", "a%00b", "((((", "%F0%9F%98%80", "x" * 900])
def test_any_question_is_answered(client: Client, q: str) -> None:
    make_publication()
    assert client.get(f"/wissen/?q={q}&page=99999999999&kind=x&year=%00").status_code == 200


def test_facets_narrow_and_count(client: Client) -> None:
    make_publication(title_de="A", topics=("law",), released_on=date(2026, 1, 1))
    make_publication(title_de="B", kind="study", languages=("de", "en"), community="recht")
    assert titles(client, "?kind=study") == ["B"]
    assert titles(client, "?language=en") == ["B"]
    assert titles(client, "?topic=law") == ["A"]
    assert titles(client, "?community=recht&kind=guide") == []
    page = client.get("/wissen/?community=recht&kind=guide").content.decode()
    assert "Nichts passt auf alles." in page
    assert "Ohne „Art“ passt 1 Veröffentlichung." in page


def test_feed_is_narrowed_like_the_list(client: Client) -> None:
    make_publication(title_de="A & <B>")
    make_publication(title_de="C", kind="study")
    response = client.get("/wissen/neues.xml?kind=guide")
    root = ET.fromstring(response.content)  # noqa: S314 - our own text
    items = root.findall("channel/item")
    assert [item.findtext("title") for item in items] == ["A & <B>"]
    enclosure = items[0].find("enclosure")
    assert enclosure is not None
    assert enclosure.get("type") == "application/pdf"


# --- page -----------------------------------------------------------------------------------------
def test_page_shows_what_it_is(client: Client) -> None:
    make_actor("Beispiel Institut")
    made = make_publication(topics=("law",), doi="10.1234/abc")
    page = client.get(made.get_absolute_url()).content.decode()
    for words in ("CC BY 4.0", "10.1234/abc", "Recht", "BibTeX", "Fassung"):
        assert words in page
    data = json.loads(re.search(r'ld\+json"[^>]*>(.*?)</script>', page).group(1))  # type: ignore[union-attr]
    assert data["name"] == VALUES["title_de"]
    assert data["sameAs"] == "https://doi.org/10.1234/abc"


def test_older_version_stays_and_says_so(client: Client) -> None:
    made = make_publication()
    add_file(begin_version(publication=made, by=audit.SYSTEM, released_on=date(2026, 6, 1)))
    hidden = client.get(f"{made.get_absolute_url()}fassung/2/")
    publish(publication=made, by=audit.SYSTEM)
    old = client.get(f"{made.get_absolute_url()}fassung/1/").content.decode()
    new = client.get(made.get_absolute_url()).content.decode()
    assert hidden.status_code == 404
    assert "Dies ist die ältere Fassung 1" in old
    assert "ältere Fassung 1" not in new
    assert client.get(f"{made.get_absolute_url()}fassung/1/de.pdf").status_code == 200


def test_withdrawn_page_is_gone_and_says_why(client: Client) -> None:
    made = make_publication()
    withdraw(publication=made, by=audit.SYSTEM, reason="Die Fristen sind alt.")
    response = client.get(made.get_absolute_url())
    assert response.status_code == 410
    assert "Die Fristen sind alt." in response.content.decode()
    assert client.get(f"{made.get_absolute_url()}fassung/1/de.pdf").status_code == 404


def test_script_in_a_title_stays_text(client: Client) -> None:
    made = make_publication(title_de="</script><script>alert(1)</script>")
    for path in ("/wissen/", made.get_absolute_url(), "/wissen/neues.xml"):
        assert "<script>alert(1)" not in client.get(path).content.decode()


@pytest.mark.parametrize("style", ["csl", "bibtex", "ris"])
def test_citation_comes_as_a_file(client: Client, style: str) -> None:
    made = make_publication()
    response = client.get(f"{made.get_absolute_url()}fassung/1/zitat/{style}")
    assert response.status_code == 200
    assert made.slug in response.headers["Content-Disposition"]
    assert "Leitfaden Beispiel" in response.content.decode()


# --- downloads ------------------------------------------------------------------------------------
def test_download_is_counted_by_day_and_nobody_is_named(client: Client) -> None:
    made = make_publication()
    path = f"{made.get_absolute_url()}fassung/1/de.pdf"
    for _ in range(3):
        response = client.get(path)
        assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    client.head(path)
    today = timezone.localdate()
    assert list(DownloadCount.objects.values_list("day", "number")) == [(today, 3)]
    assert {f.name for f in DownloadCount._meta.fields} == {"id", "document", "day", "number"}
    assert download_total(downloads_between(today, today)) == 3
    assert download_total(downloads_between(today + timedelta(1), today + timedelta(2))) == 0
    assert [p.pk for p in published_between(today, today)] == [made.pk]


def test_file_is_taken_along_not_shown(client: Client) -> None:
    made = make_publication()
    response = client.get(f"{made.get_absolute_url()}fassung/1/de.pdf")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# --- orders ---------------------------------------------------------------------------------------
def link_in(mail: OutgoingMail) -> str:
    found = re.search(
        rf"{re.escape(django_settings.BASE_URL)}(\S*/bestaetigen/\S+)", mail.content["text"]
    )
    assert found is not None
    return found.group(1)


def test_confirmed_wish_is_told_to_the_case_and_erased_here(client: Client) -> None:
    made = make_publication()
    data = {"email": " Firma@Example.org", "firm": "Bäckerei Beispiel", "postcode": "42103"}
    assert client.post(f"{made.get_absolute_url()}anfordern/", data).status_code == 302
    assert not CaseEntry.objects.exists()
    link = link_in(OutgoingMail.objects.get())
    assert client.get(link).status_code == 200
    assert not CaseEntry.objects.exists()
    client.post(link)
    client.post(link)
    entry = CaseEntry.objects.get()
    assert (entry.kind, entry.title, entry.room) == ("publication", made.title_de, "publications")
    assert Contact.objects.get().email == ADDRESS
    assert Contact.objects.get().firm.name == "Bäckerei Beispiel"
    order = Order.objects.get()
    assert (order.email, order.firm, order.municipality) == ("", "", "")
    today = timezone.localdate()
    assert orders_between(today, today).count() == 1
    assert OutgoingMail.objects.count() == 2


def test_asking_again_soon_sends_nothing() -> None:
    made = make_publication()
    for _ in range(3):
        ask(publication=made, email=ADDRESS)
    assert (Order.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_one_address_holds_few_open_wishes() -> None:
    for _ in range(MOST_OPEN + 2):
        ask(publication=make_publication(), email=ADDRESS)
    assert Order.objects.count() == MOST_OPEN


def test_everybody_together_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steiger.web.publications.domain.orders.MOST_PER_HOUR", 1)
    made = make_publication()
    ask(publication=made, email=ADDRESS)
    with pytest.raises(TooManyError):
        ask(publication=made, email="andere@example.org")


def test_unconfirmed_wishes_are_erased() -> None:
    ask(publication=make_publication(), email=ADDRESS)
    assert prune_orders() == 0
    Order.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert prune_orders() == 1
    assert not Order.objects.exists()


def test_token_is_forged_or_right() -> None:
    ask(publication=make_publication(), email=ADDRESS)
    order = Order.objects.get()
    assert order_of(token_for(order.id)) == order.id
    with pytest.raises(TokenError):
        order_of(token_for(order.id) + "x")
    assert confirm(order_id=order.id).confirmed_at is not None


@pytest.mark.parametrize(
    ("wrong", "text"),
    [({"email": "firma"}, "name@example.org"), ({"postcode": "4210"}, "fünf Ziffern")],
)
def test_error_names_the_way_out(client: Client, wrong: dict[str, Any], text: str) -> None:
    made = make_publication()
    data = {"email": ADDRESS, "firm": "Bleibt stehen"} | wrong
    response = client.post(f"{made.get_absolute_url()}anfordern/", data)
    assert response.status_code == 400
    assert text in response.content.decode()
    assert "Bleibt stehen" in response.content.decode()


def test_machines_are_left_in_the_dark(client: Client) -> None:
    made = make_publication()
    data = {"email": ADDRESS, "website": "http://spam.example"}
    assert client.post(f"{made.get_absolute_url()}anfordern/", data).status_code == 302
    assert not Order.objects.exists()


# --- staff ----------------------------------------------------------------------------------------
def test_staff_write_upload_and_publish(staff: Client) -> None:
    values = VALUES | {
        "authors": "Beispielverband\nBeispielverband",
        "released_on": "2026-03-09",
        "doi": "https://doi.org/10.1234/ABC",
    }
    response = staff.post("/wissen/verwaltung/neu/", values)
    assert response.status_code == 302, response.content.decode()
    made = Publication.objects.get()
    desk = f"/wissen/verwaltung/{made.slug}/"
    assert "Laden Sie ein PDF hoch" in staff.get(desk).content.decode()
    upload = SimpleUploadedFile("a.pdf", make_pdf(), content_type="application/pdf")
    assert staff.post(f"{desk}datei/", {"language": "de", "file": upload}).status_code == 302
    assert "Alles, was eine Maschine prüfen kann" in staff.get(desk).content.decode()
    staff.post(f"{desk}veroeffentlichen/")
    made.refresh_from_db()
    assert (made.state, made.versions.get().doi) == ("published", "10.1234/abc")
    assert made.authors.count() == 1
    staff.post(f"{desk}zurueckziehen/", {"reason": "Falsch"})
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_hostile_upload_says_what_to_do(staff: Client) -> None:
    made = make_draft()
    upload = SimpleUploadedFile("a.pdf", b"<html>", content_type="application/pdf")
    response = staff.post(
        f"/wissen/verwaltung/{made.slug}/datei/", {"language": "de", "file": upload}
    )
    assert response.status_code == 400
    assert "Das ist kein PDF." in response.content.decode()


def test_bad_form_loses_nothing(staff: Client) -> None:
    values = VALUES | {"authors": "A", "released_on": "gestern", "doi": "x", "title_de": "Bleibt"}
    response = staff.post("/wissen/verwaltung/neu/", values)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Bleibt" in page
    assert "Ein DOI beginnt mit 10." in page
    assert not Publication.objects.exists()


# --- demonstration --------------------------------------------------------------------------------
def test_demo_is_visibly_invented_and_loads_once() -> None:
    made = load_demo(date(2026, 11, 26))
    assert made["publications"] == 24
    assert all("(Beispiel)" in p.title_de for p in Publication.objects.all())
    assert load_demo(date(2026, 11, 26)) == {"publications": 0, "files": 0, "downloads": 0}
    assert set(Publication.objects.values_list("state", flat=True)) == {"published"}


@pytest.mark.parametrize(("path", "quoted"), [("", "„nirgends“"), ("/en", "“nirgends”")])
def test_nothing_found_leaves_no_filter_to_apply(client: Client, path: str, quoted: str) -> None:
    make_publication(title_de="KI im Betrieb")
    page = client.get(f"{path}/wissen/?q=nirgends").content.decode()
    assert quoted in page
    assert "st-pub-facets" not in page
    assert "#filter-title" not in page


def test_an_empty_desk_says_what_comes_next(staff: Client) -> None:
    page = staff.get("/wissen/verwaltung/", follow=True).content.decode()
    assert "Lassen Sie einen Filter weg, oder beginnen Sie oben eine neue." in page
