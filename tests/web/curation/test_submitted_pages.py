"""What a person reads about her own submission: her words, questions, and what follows."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from factories.curation import accept, acting, make_editor, make_submission, statements
from factories.directory import make_actor
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import decisions, links, person_data, proposing, retention
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db
State = Submission.State
OWN = "kim@ki-beispiel.example"  # at the domain of the entry's website


@pytest.fixture(autouse=True)
def _no_limits_left() -> None:
    cache.clear()


def path(row: Submission, purpose: str = links.STATUS, language: str = "de") -> str:
    return links.path_for(row.pk, purpose, language)


def read(client: Client, row: Submission, purpose: str = links.STATUS, language: str = "de") -> str:
    response = client.get(path(row, purpose, language))
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def asked(**fields: Any) -> Submission:
    row = make_submission(**fields)
    decisions.ask(
        row, by=acting(), reason="unclear", version=row.version, words="Wo steht die Kamera?"
    )
    return row


def last_mail() -> str:
    return str(OutgoingMail.objects.order_by("created_at").last().content["text"])  # type: ignore[union-attr]


@pytest.mark.parametrize("purpose", [links.CONFIRM, links.STATUS])
def test_everything_that_was_sent_stands_there_in_words(client: Client, purpose: str) -> None:
    state = State.UNCONFIRMED if purpose == links.CONFIRM else State.WAITING
    row = make_submission(
        state=state,
        details={"kind": "organisation"},
        words="Wir sind neu.",
        after=statements(description="Wir <prüfen> Guss.", topics=("machine_learning",)),
    )
    text = read(client, row, purpose)
    for told in (
        "Was eingereicht wurde",
        "Beispiel KI GmbH",
        "Wuppertal",
        "https://ki-beispiel.example/",
        "Prüft Bilder von Bauteilen.",
        "Wir &lt;prüfen&gt; Guss.",
        "Maschinelles Lernen",
        "Organisation",
        "Eintrag in einem Register · Amtsgericht Wuppertal, HRB 1",
        "Bildprüfung für Gießereien",
        "Wir sind neu.",
        "Kim Beispiel",
        "kim@example.org",
    ):
        assert told in text, told


def test_a_change_is_told_with_what_it_replaces(client: Client) -> None:
    row = make_submission(
        "edit",
        actor=make_actor("Beispiel KI GmbH"),
        before=statements(),
        after=statements(town="Bonn"),
    )
    text = read(client, row, language="en")
    assert "Bonn before: Wuppertal" in text
    assert "Prüft Bilder von Bauteilen." not in text  # unchanged


def test_the_receipt_names_the_main_values() -> None:
    row = make_submission(state=State.UNCONFIRMED, confirmed_at=None)
    proposing.confirm(number=row.pk)
    text = last_mail()
    assert "Name: Beispiel KI GmbH\nSitz: Wuppertal\n" in text
    assert "Website: https://ki-beispiel.example/\n" in text
    assert re.search(r"^Unterkategorien: \w", text, re.MULTILINE)
    claim = make_submission("claim", state=State.UNCONFIRMED, confirmed_at=None)
    proposing.confirm(number=claim.pk)
    assert "Das haben Sie vorgeschlagen" not in last_mail()


def test_an_answer_is_confirmed_and_stands_beside_its_question(client: Client) -> None:
    row = asked(words="Wir sind neu.")
    assert "Die Redaktion fragt" in read(client, row)
    sent = client.post(path(row), {"act": "answer", "words": "Auf Seite 3."}, follow=True)
    assert "Ihre Antwort liegt der Redaktion vor." in sent.content.decode()
    later = read(client, row)
    assert "Die Redaktion fragt" not in later
    past = later[later.index("Bisherige Fragen und Antworten") :]
    assert past.index("Wo steht die Kamera?") < past.index("Auf Seite 3.")
    assert "Ihre Antwort liegt der Redaktion vor." not in later
    editor = Client()
    editor.force_login(make_editor())
    desk = editor.get(f"/eintraege/redaktion/{row.pk}/").content.decode()
    assert "Auf Seite 3." in desk
    row.refresh_from_db()
    accept(row)
    assert "Auf Seite 3." in read(client, row)


def test_editors_read_each_reason_in_full(client: Client) -> None:
    """A list that folds out cuts long reasons off; regions write them as long as they like."""
    row = make_submission()
    client.force_login(make_editor())
    longest = "Kein nachweisbarer Bezug zu Künstlicher Intelligenz"
    for page, name in ((f"{row.pk}/", "reason_reject"), ("", "reason")):
        text = client.get(f"/eintraege/redaktion/{page}").content.decode()
        assert "<select" not in text.partition("<main")[2]
        assert re.search(rf'type="radio" name="{name}" [^>]*><span>{longest}</span>', text)
    text = client.get(f"/eintraege/redaktion/{row.pk}/").content.decode()
    assert text.count(" checked><span>") == 3, "each decision begins with its usual reason"


def test_an_empty_answer_comes_back_with_the_question(client: Client) -> None:
    row = asked()
    response = client.post(path(row), {"act": "answer", "words": " "})
    text = response.content.decode()
    assert "Wo steht die Kamera?" in text
    assert "Schreiben Sie eine Antwort." in text


def test_questions_and_answers_are_erased_with_the_person() -> None:
    for erase in ("retention", "person"):
        row = asked(email=f"{erase}@example.org")
        proposing.answer(number=row.pk, words="Auf Seite 3.")
        proposing.take_back(number=row.pk)
        if erase == "retention":
            retention.prune(timezone.now() + timedelta(days=2000))
        else:
            person_data.erase_person("person@example.org")
        one = row.decisions.get()
        assert (one.question, one.answer) == ("", "")


@pytest.mark.parametrize("erase", ["retention", "person"])
def test_a_question_without_an_answer_is_erased_too(erase: str) -> None:
    row = asked(email="person@example.org")
    proposing.take_back(number=row.pk)
    if erase == "retention":
        retention.prune(timezone.now() + timedelta(days=2000))
    else:
        person_data.erase_person("person@example.org")
    row.refresh_from_db()
    assert (row.reason_words, row.decisions.get().question) == ("", "")


def test_a_question_that_was_open_before_the_upgrade_is_still_read(client: Client) -> None:
    row = asked()
    row.decisions.update(question="")  # as older versions kept it
    upgrade = import_module("steiger.web.curation.migrations.0051_open_questions")
    upgrade.keep(apps, None)
    assert "Wo steht die Kamera?" in read(client, row)


def test_one_click_from_the_mail_and_the_proposer_looks_after_the_entry(client: Client) -> None:
    row = make_submission(email=OWN)
    accept(row)
    found = re.search(r"https?://\S+/eintraege/pflegen/\S+", last_mail())
    assert found is not None
    link = urlsplit(found.group()).path
    page = client.get(link)
    assert "Ja, ich spreche dafür" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert not Representation.objects.exists()  # programs in between open links, too
    done = client.post(link)
    assert (done.status_code, done["Location"]) == (302, "/eintraege/meine/")
    speaks = Representation.objects.get()
    assert (speaks.user.email, speaks.user.display_name) == (OWN, "Kim Beispiel")
    assert speaks.actor == Actor.objects.get()
    assert client.get("/eintraege/meine/").status_code == 200  # signed in
    # Whoever finds the link later enters nothing, also after the person has left.
    for _ in range(2):
        stranger = Client()
        assert stranger.post(link)["Location"] == f"/eintraege/vertreten/{speaks.actor.slug}/"
        assert stranger.get("/eintraege/meine/").status_code == 302
        Representation.objects.all().delete()


@pytest.mark.parametrize("email", ["kim@web.de", "kim@anderswo.example"])
def test_another_address_is_led_to_the_usual_claim(client: Client, email: str) -> None:
    row = make_submission(email=email)
    accept(row)
    actor = Actor.objects.get()
    assert "/eintraege/pflegen/" not in last_mail()
    assert f"/eintraege/vertreten/{actor.slug}/" in last_mail()
    page = client.get(path(row)).content.decode()
    assert f'href="/eintraege/vertreten/{actor.slug}/"' in page
    assert client.post(path(row, links.TEND))["Location"] == f"/eintraege/vertreten/{actor.slug}/"
    assert not Representation.objects.exists()


def test_the_status_page_signs_nobody_in_but_sends_the_link(client: Client) -> None:
    row = make_submission(email=OWN)
    assert "Den Eintrag pflegen" not in read(client, row)  # not accepted yet
    assert client.get(path(row, links.TEND)).status_code == 404
    accept(row)
    assert "Den Eintrag pflegen" in read(client, row)
    sent = client.post(path(row), {"act": "tend"})
    assert sent["Location"] == "/eintraege/unterwegs/"
    assert OutgoingMail.objects.order_by("created_at").last().recipients["to"] == [OWN]  # type: ignore[union-attr]
    assert "/eintraege/abgeschickt/" in last_mail()
    assert not Representation.objects.exists()


def test_an_undone_admission_takes_the_link_along(client: Client) -> None:
    row = make_submission(email=OWN)
    decision = accept(row)
    decisions.undo(decision, by=acting())
    assert client.post(path(row, links.TEND)).status_code == 404
    assert not Representation.objects.exists()


def test_the_public_page_says_what_an_unconfirmed_proposal_is(client: Client) -> None:
    row = make_submission()
    accept(row)
    actor = Actor.objects.get()
    page = client.get(actor.get_absolute_url()).content.decode()
    assert "Nicht von der Stelle selbst bestätigt" not in page
    assert "„Angabe der Stelle selbst“ heißt hier: so vorgeschlagen." in page
    imported = client.get(make_actor("Importiert").get_absolute_url()).content.decode()
    assert "Nicht von der Stelle selbst bestätigt" in imported
