"""Writing, checking, publishing, withdrawing."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from factories.directory import make_actor
from factories.publications import VALUES, add_file, make_draft, make_pdf, make_publication
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.publications.domain.checking import FileRefusedError, read_pdf
from steiger.web.publications.domain.dois import normal_doi
from steiger.web.publications.domain.publishing import (
    AuthorGiven,
    NotReadyError,
    begin_version,
    change,
    create,
    publish,
    put_file,
    withdraw,
)
from steiger.web.publications.interfaces.accessibility import described, is_accessible
from steiger.web.publications.models import Publication

pytestmark = pytest.mark.django_db


def test_draft_needs_content_to_be_published() -> None:
    draft = make_draft()
    with pytest.raises(NotReadyError) as error:
        publish(publication=draft, by=audit.SYSTEM)
    assert error.value.reasons == ("content",)
    add_file(draft.versions.get())
    assert publish(publication=draft, by=audit.SYSTEM).state == Publication.State.PUBLISHED


def test_publishing_is_in_the_log_and_twice_does_no_harm() -> None:
    done = make_publication()
    publish(publication=done, by=audit.SYSTEM)
    acts = LogEntry.objects.filter(act="publications.publication.publish")
    assert acts.count() == 1


def test_file_that_not_everyone_can_read_needs_its_text() -> None:
    draft = make_draft()
    document = add_file(draft.versions.get(), data=make_pdf(tagged=False))
    assert document.findings == ["tagged", "language", "title", "ua_mark"]
    assert not is_accessible(document.findings)
    with pytest.raises(NotReadyError, match="accessible"):
        publish(publication=draft, by=audit.SYSTEM)
    values = VALUES | {"text_de": "Der ganze Text. " * 40}
    change(publication=draft, by=audit.SYSTEM, values=values, authors=[AuthorGiven("A")], topics=[])
    assert publish(publication=draft, by=audit.SYSTEM).state == "published"


def test_recording_needs_address_and_words() -> None:
    draft = make_draft(kind="recording")
    with pytest.raises(NotReadyError) as error:
        publish(publication=draft, by=audit.SYSTEM)
    assert error.value.reasons == ("url", "transcript")


def test_published_one_cannot_lose_what_it_needs() -> None:
    done = make_publication()
    with pytest.raises(NotReadyError, match="authors"):
        change(publication=done, by=audit.SYSTEM, values=VALUES, authors=[], topics=[])
    assert done.authors.count() == 1


def test_published_files_stay_as_they_are() -> None:
    version = make_publication().versions.get()
    with pytest.raises(ValueError, match="stay"):
        add_file(version)


def test_next_version_is_hidden_until_published() -> None:
    done = make_publication()
    second = begin_version(
        publication=done, by=audit.SYSTEM, released_on=date(2026, 6, 1), note_de="Neu"
    )
    assert (second.number, second.public) == (2, False)
    add_file(second)
    publish(publication=done, by=audit.SYSTEM)
    assert list(done.versions.values_list("number", "public")) == [(2, True), (1, True)]


def test_same_language_takes_the_place() -> None:
    version = make_draft().versions.get()
    add_file(version)
    second = add_file(version, data=make_pdf("Ein anderer Text, der laenger ist als der erste."))
    assert [d.pk for d in version.documents.all()] == [second.pk]
    assert default_storage.exists(second.path)


def test_slugs_are_unique_and_leave_the_rooms_words_alone() -> None:
    slugs = [make_draft(title_de=t).slug for t in ("Verwaltung", "Übung", "Übung")]
    assert slugs == ["verwaltung-2", "uebung", "uebung-2"]


def test_authors_are_linked_with_the_map() -> None:
    actor = make_actor("Beispiel Institut")
    made = create(
        by=audit.SYSTEM,
        values=VALUES,
        authors=[AuthorGiven("Beispiel Institut", actor), AuthorGiven("Frei")],
        topics=[],
        released_on=date(2026, 1, 1),
    )
    assert list(made.authors.values_list("organisation", "actor")) == [
        ("Beispiel Institut", actor.pk),
        ("Frei", None),
    ]


def test_withdrawn_one_says_why() -> None:
    done = withdraw(publication=make_publication(), by=audit.SYSTEM, reason="Die Fristen sind alt.")
    assert (done.state, done.withdrawn_reason) == ("withdrawn", "Die Fristen sind alt.")


def test_hostile_file_is_refused_with_a_reason() -> None:
    with pytest.raises(FileRefusedError) as error:
        read_pdf(b"<html>")
    assert error.value.reason == "not_pdf"


def test_every_finding_has_words() -> None:
    keys = ["text", "tagged", "language", "title", "locked", "title_shown", "ua_mark", "some_pages"]
    told = described(keys)
    assert [finding.key for finding in told] == keys
    assert all(str(finding.title) and str(finding.remedy) for finding in told)


def test_upload_path_is_the_digest() -> None:
    data = make_pdf()
    version = make_draft().versions.get()
    document = put_file(
        version=version, by=audit.SYSTEM, language="de", data=data, found=read_pdf(data)
    )
    assert document.path == f"publications/{document.sha256[:2]}/{document.sha256}.pdf"


@pytest.mark.parametrize(
    "text", ["10.1234/ABC", "https://doi.org/10.1234/abc", "doi: 10.1234/abc", " 10.1234/abc "]
)
def test_doi_has_one_form(text: str) -> None:
    assert normal_doi(text) == "10.1234/abc"


@pytest.mark.parametrize(
    "text", ["", "abc", "10.12/", "10.1/x", "10.1234/a b", '10.1234/"x', "http://x/10.1234/a"]
)
def test_what_is_no_doi_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        normal_doi(text)


@given(st.from_regex(r"10\.[0-9]{4,9}/[a-zA-Z0-9._()/:;-]{1,60}", fullmatch=True))
def test_doi_in_normal_form_stays(text: str) -> None:
    once = normal_doi(text)
    assert normal_doi(once) == once == normal_doi(f"https://doi.org/{text}")
