"""The page on which anybody proposes an entry: what it asks, warns of, refuses and hands over."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from factories.curation import accept, acting
from factories.directory import make_actor, make_terms
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import decisions, links, proposing
from steiger.web.curation.interfaces import guarding
from steiger.web.curation.interfaces.guarding import new_stamp
from steiger.web.curation.models import Draft, Submission

pytestmark = pytest.mark.django_db
PAGE, LIKELY = "/eintraege/neu/", "/eintraege/neu/aehnlich"
KNOWN = "Rheinische Gussprüfung GmbH"


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    make_terms()
    monkeypatch.setattr(guarding, "LEAST_S", -1)  # a test types faster than a person


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "stamp": new_stamp(),
        "name": "Wupperblick Bildprüfung GmbH",
        "website": "wupperblick.example",
        "place": "42103",
        "kind": "organisation",
        "description": "Wir prüfen Bauteile mit Kameras.",
        "roles": ["startup", "provider"],
        "offer_startup": "Sucht Betriebe für einen Versuch.",
        "offer_provider": "Prüft Bilder von Bauteilen.",
        "value__startup__product": "Kamera",
        "value__provider__product": "Prüfung von Bildern",
        "value__provider__trial": "yes",
        "value__user__since": "nicht gewählt",
        "topics": ["machine_learning"],
        "number_register": "HRB 1234 Wuppertal",
        "number_ror": "gehört zu keiner gewählten",
        "seat_text": "Impressum: Hofaue 1, 42103 Wuppertal",
        "tie_kind": "product",
        "tie_text": "Kamera, die Risse findet",
        "tie_url": "https://wupperblick.example/kamera",
        "email": "Kim@wupperblick.example",
        "person_name": "Kim Beispiel",
        "words": "Wir sind neu.",
        "consent": "on",
        **changes,
    }


def errors_of(client: Client, **changes: Any) -> tuple[dict[str, list[str]], str]:
    response = client.post(PAGE, answers(**changes))
    assert response.status_code == 400
    assert not Submission.objects.exists()
    return dict(response.context["form"].errors), response.content.decode()


def test_a_proposal_reaches_the_queue_and_then_the_map(client: Client) -> None:
    response = client.post(PAGE, answers())
    assert (response.status_code, response["Location"]) == (302, "/eintraege/unterwegs/")
    row = Submission.objects.get()
    assert (row.kind, row.state, row.email) == ("new", "unconfirmed", "kim@wupperblick.example")
    assert (row.words, row.person_name, row.details) == (
        "Wir sind neu.",
        "Kim Beispiel",
        {"kind": "organisation"},
    )
    assert {(e.rule, e.kind) for e in row.evidence.all()} == {
        ("seat", "seat"),
        ("relation_to_ai", "product"),
    }
    assert [m.recipients["to"] for m in OutgoingMail.objects.all()] == [["kim@wupperblick.example"]]
    row, _first = proposing.confirm(number=row.id)
    assert row.state == Submission.State.WAITING
    accept(row)
    row.refresh_from_db()
    actor = row.actor
    assert actor is not None
    assert (actor.town, actor.municipality, actor.district) == ("Wuppertal", "05124000", "05124")
    assert sorted(actor.role_keys) == ["provider", "startup"]
    assert actor.website == "https://wupperblick.example"
    assert list(actor.identifiers.values_list("scheme", "value")) == [
        ("register", "HRB 1234 Wuppertal")
    ]
    assert [one.term.key for one in actor.classifications.all()] == ["machine_learning"]
    assert actor.roles.get(term__key="provider").values == {
        "product": "Prüfung von Bildern",
        "trial": True,
    }
    page = client.get(actor.get_absolute_url()).content.decode()
    assert "Kamera, die Risse findet" in page
    assert "kim@" not in page.lower()


def test_the_page_sent_twice_makes_one_proposal(client: Client) -> None:
    given = answers()
    assert [client.post(PAGE, given).status_code for _ in range(2)] == [302, 302]
    assert Submission.objects.count() == OutgoingMail.objects.count() == 1


def test_a_likely_actor_is_shown_before_anything_is_sent(client: Client) -> None:
    actor = make_actor(KNOWN)
    given = answers(name="Rheinische Gusspruefung")
    response = client.post(PAGE, given)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Meinen Sie …?" in page
    assert f'href="/eintraege/vertreten/{actor.slug}/"' in page
    assert "Prüft Bilder von Bauteilen." in page  # nothing typed is lost
    assert given["stamp"] in page
    assert not Submission.objects.exists()
    # Another name than the one that was called new is asked about again.
    assert client.post(PAGE, {**given, "distinct": "Etwas anderes"}).status_code == 200
    assert client.post(PAGE, {**given, "distinct": given["name"]}).status_code == 302
    assert Submission.objects.get().title == given["name"]


def test_likely_actors_while_typing(client: Client) -> None:
    actor = make_actor(KNOWN)
    found = client.get(LIKELY, {"name": KNOWN, "place": "Wuppertal"}).json()["likely"]
    assert [(one["name"], one["claim"]) for one in found] == [
        (KNOWN, f"/eintraege/vertreten/{actor.slug}/")
    ]
    assert "gleicher Name" in found[0]["why"]
    for query in ({}, {"name": "Rh"}, {"name": "Bäckerei Sonnenschein"}, {"place": "x" * 900}):
        assert client.get(LIKELY, query).json() == {"likely": []}


def test_who_has_the_website_is_shown_while_typing_and_after_sending(client: Client) -> None:
    actor = make_actor("Bäckerei Sonnenschein", website="https://www.wupperblick.example/")
    for name in ("Wupperblick GmbH", ""):
        query = {"name": name, "website": "https://wupperblick.example/wir"}
        found = client.get(LIKELY, query).json()["likely"]
        assert [(one["name"], one["why"]) for one in found] == [(actor.name, "gleiche Website")]
    given = answers(website="https://wupperblick.example")
    page = client.post(PAGE, given).content.decode()
    assert actor.name in page
    assert "gleiche Website" in page
    assert client.post(PAGE, {**given, "distinct": given["name"]}).status_code == 302


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("Berlin", "„Berlin“ ist kein Ort und keine Postleitzahl in Nordrhein-Westfalen"),
        ("10115", "Auf dieser Karte steht nur"),
        ("Kreis Unna", "nicht den Kreis"),
        ("", "Postleitzahl des Sitzes"),
    ],
)
def test_a_seat_outside_the_region_is_refused_with_words(
    client: Client, place: str, says: str
) -> None:
    errors, page = errors_of(client, place=place)
    assert list(errors) == ["place"]
    assert says in errors["place"][0]
    assert 'id="id_place_error"' in page
    assert "Prüft Bilder von Bauteilen." in page


def test_each_error_stands_at_its_field(client: Client) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"website": "kein netz"}, "website"),
        ({"roles": []}, "roles"),
        ({"roles": ["gibt-es-nicht"]}, "roles"),
        ({"offer_provider": " "}, "offer_provider"),
        ({"value__startup__product": ""}, "value__startup__product"),
        ({"value__startup__founded": "alt"}, "value__startup__founded"),
        ({"value__startup__founded": "2131"}, "value__startup__founded"),
        ({"value__startup__product": "<b>Prüfer</b>"}, "value__startup__product"),
        ({"name": "Prüfzwerg <b>KI</b> GmbH"}, "name"),
        ({"name": "Prüfzwerg \u202eHbmG"}, "name"),
        ({"name": '=HYPERLINK("https://boese.example")'}, "name"),
        ({"description": "Wir <script>prüfen</script>."}, "description"),
        ({"topics": ["gibt-es-nicht"]}, "topics"),
        ({"number_vat": "DE12"}, "number_vat"),
        ({"kind": "person"}, "kind"),
        ({"tie_text": ""}, "tie_text"),
        ({"tie_kind": "seat"}, "tie_kind"),
        ({"email": "kim"}, "email"),
        ({"consent": ""}, "consent"),
        ({"fax": "123"}, "__all__"),
        ({"stamp": "gefälscht"}, "__all__"),
    ]
    for changes, field in wrong:
        errors, page = errors_of(client, **changes)
        assert list(errors) == [field]
        assert "st-field__error" in page
    assert not OutgoingMail.objects.exists()


def test_a_machine_is_too_quick(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "LEAST_S", 60)
    errors, _page = errors_of(client, offer_provider="")
    assert sorted(errors) == ["__all__", "offer_provider"]  # all that is wrong, at once


def test_many_from_one_network_are_held_off_and_nothing_is_lost(client: Client) -> None:
    for number in range(10):
        given = answers(name=f"Gut {number}", email=f"a@firma-{number}.example", website="")
        assert client.post(PAGE, {**given, "distinct": given["name"]}).status_code == 302
    response = client.post(PAGE, answers())
    assert response.status_code == 429
    assert "Prüft Bilder von Bauteilen." in response.content.decode()
    assert Submission.objects.count() == 10


def test_the_filters_of_the_map_are_carried_over(client: Client) -> None:
    page = client.get(f"{PAGE}?role=startup&role=unbekannt&district=05124&q=x")
    form = page.context["form"]
    assert (form["roles"].value(), form["place"].value()) == (["startup"], "Wuppertal")
    assert '<input type="checkbox" name="roles" value="startup" checked>' in page.content.decode()
    assert client.get(f"{PAGE}?near=Berlin").context["form"]["place"].value() == ""
    make_actor(KNOWN)
    for query in ("?role=startup&district=05124", "?q=xyzxyzxyz"):
        finder = client.get(f"/landkarte/{query}").content.decode()
        assert f'href="{PAGE}{query.replace("&", "&amp;")}' in finder or (
            f"{PAGE}?district=05124&amp;role=startup" in finder
        )


def test_english_is_kept_as_english(client: Client) -> None:
    assert "Propose an entry" in client.get(f"/en{PAGE}").content.decode()
    assert client.post(f"/en{PAGE}", answers()).status_code == 302
    row = Submission.objects.get()
    texts = [one for one in row.after if one["is"] == "description"]
    assert (row.language, [one["language"] for one in texts]) == ("en", ["en"])
    assert {one["offer_de"] for one in row.after if one["is"] == "role"} == {""}


# --- going on later -----------------------------------------------------------------------------
def test_a_draft_is_resumed_by_its_link_and_tells_nobody_who_wrote_it(client: Client) -> None:
    kept = client.post(PAGE, answers(act="keep", name="", place="Berlin", consent=""))
    assert (kept.status_code, Submission.objects.count()) == (302, 0)
    path = kept["Location"]
    page = client.get(path)
    text = page.content.decode()
    assert (page["Referrer-Policy"], page["Cache-Control"][:7]) == ("strict-origin", "max-age")
    assert f"http://testserver{path}" in text or path in text
    assert "Prüft Bilder von Bauteilen." in text
    assert 'value="provider" checked' in text
    assert not any(secret in text for secret in ("Kim", "Wir sind neu."))
    row = Draft.objects.get()
    assert not {"email", "person_name", "words", "consent"} & row.data.keys()
    # Kept again, it is the same draft; sent, it is gone, and its link with it.
    token = page.context["form"]["draft"].value()
    client.post(PAGE, answers(act="keep", draft=token))
    assert Draft.objects.get().data["name"] == ["Wupperblick Bildprüfung GmbH"]
    assert client.post(PAGE, answers(draft=token)).status_code == 302
    assert not Draft.objects.exists()
    assert client.get(path).status_code == 404


def test_links_to_drafts_expire_and_cannot_be_guessed(client: Client) -> None:
    path = client.post(PAGE, answers(act="keep"))["Location"]
    number = Draft.objects.get().pk
    for token in (str(number), links.token_for(number, links.STATUS), path.split("/")[3][:-1]):
        assert client.get(f"/eintraege/entwurf/{token}/").status_code == 404
    Draft.objects.update(created_at=timezone.now() - links.KEEP_DRAFT)
    assert client.get(path).status_code == 404
    long = client.post(PAGE, answers(act="keep", description="x" * 70_000))
    assert (long.status_code, "zu viel Text" in long.content.decode()) == (429, True)


# --- correcting ---------------------------------------------------------------------------------
def test_a_waiting_proposal_is_corrected_in_the_same_form(client: Client) -> None:
    client.post(PAGE, answers())
    row = Submission.objects.get()
    status = links.path_for(row.pk, links.STATUS, "de")
    path = f"{status}berichtigen/"
    assert client.get(path)["Location"] == status  # its address is not confirmed yet
    proposing.confirm(number=row.pk)
    before = Submission.objects.get()
    # The page signs its link anew, maybe a second later.
    link = re.search(
        r'"(/eintraege/stand/[^"]+/berichtigen/)"', client.get(status).content.decode()
    )
    assert link is not None
    page = client.get(link[1])
    form = page.context["form"]
    assert "Kim@" not in page.content.decode()
    same = {name: form[name].value() for name in form.fields if form[name].value()}
    assert client.post(path, same).status_code == 302
    row.refresh_from_db()
    assert row.after == before.after  # nothing was lost on the way through the form
    assert (row.details, row.words, row.email) == (before.details, before.words, before.email)
    wrong = client.post(path, {**same, "place": "Berlin"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (400, ["place"])
    done = client.post(path, {**same, "name": "Wupperblick AG", "tie_text": "Zwei Kameras"})
    assert done["Location"] == status
    text = client.get(status).content.decode()
    assert ("Berichtigt." in text, "Wupperblick AG" in text, "Zwei Kameras" in text) == (True,) * 3
    row.refresh_from_db()
    assert (row.title, row.state, row.evidence.count()) == ("Wupperblick AG", "waiting", 2)
    assert row.version == before.version + 2  # an editor who looks at the old one looks again
    accept(row)
    assert client.post(path, same)["Location"] == status
    row.refresh_from_db()
    assert row.title == "Wupperblick AG"


def test_a_correction_on_the_english_page_leaves_german_texts_german(client: Client) -> None:
    client.post(PAGE, answers())
    row = Submission.objects.get()
    proposing.confirm(number=row.pk)
    before = Submission.objects.get().after
    path = f"{links.path_for(row.pk, links.STATUS, 'en')}berichtigen/"
    assert path.startswith("/en/")
    form = client.get(path).context["form"]
    client.post(path, {name: form[name].value() for name in form.fields if form[name].value()})
    row.refresh_from_db()
    assert row.after == before


def test_a_correction_does_not_answer_the_question_of_the_editors(client: Client) -> None:
    client.post(PAGE, answers())
    row = Submission.objects.get()
    proposing.confirm(number=row.pk)
    row.refresh_from_db()
    decisions.ask(row, by=acting(), reason="unclear", version=row.version, words="Wo?")
    path = f"{links.path_for(row.pk, links.STATUS, 'de')}berichtigen/"
    form = client.get(path).context["form"]
    same = {name: form[name].value() for name in form.fields if form[name].value()}
    text = client.post(path, same, follow=True).content.decode()
    assert "Berichtigt. Beantworten Sie nun noch die Frage der Redaktion" in text
