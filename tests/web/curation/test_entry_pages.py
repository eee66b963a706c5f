"""Representatives on their pages: my entries, the form with its preview, the people of an entry."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factories.curation import accept, acting
from factories.directory import make_actor, make_source
from factories.freshness import make_representative
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import decisions, editing, proposing, representing
from steiger.web.curation.domain.effects import source_of
from steiger.web.curation.domain.proposing import Sender
from steiger.web.curation.interfaces.desk_pages import item_context
from steiger.web.curation.models import Invitation, Representation, Submission
from steiger.web.directory.domain.reconcile import seal, today_of
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.models import Actor, Description, Link, Name, Role

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RITA, UWE = "rita@institut.example.org", "uwe@institut.example.org"


def institute() -> Actor:
    return make_actor(
        "Institut für Beispiele",
        roles={"provider": "Bietet Beispiele an."},
        description="Wir zeigen Beispiele.",
        website="https://institut.example.org/",
        source=make_source("ror", 40),
    )


def speaker(actor: Actor, email: str = RITA, **fields: Any) -> tuple[Representation, Client]:
    row = make_representative(actor, email=email, responsible=email == RITA, **fields)
    client = Client()
    client.force_login(row.user, BACKEND)
    return row, client


def form_of(client: Client, actor: Actor) -> dict[str, Any]:
    """What a browser would send if nothing was touched."""
    form = client.get(f"/eintraege/bearbeiten/{actor.slug}/").context["form"]
    fields = {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
    return {name: value for name, value in fields.items() if value not in (None, "")}


def send(client: Client, actor: Actor, act: str, data: dict[str, Any]) -> Any:
    return client.post(f"/eintraege/bearbeiten/{actor.slug}/", {**data, "act": act})


def own(actor: Actor) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in to_data(editing.stated(actor)):
        found.setdefault(one["is"], []).append(one)
    return found


@pytest.mark.parametrize(
    ("name", "more", "kept"),
    [
        ("Haus der Beispiele", {}, ["Institut für Beispiele"]),
        ("Haus der Beispiele", {"forget_name": "on"}, []),
        ("Institut für Beispeile", {}, []),  # only another spelling
    ],
)
def test_a_new_name_keeps_the_old_one_as_a_former_name(
    name: str, more: dict[str, str], kept: list[str]
) -> None:
    actor = institute()
    _row, client = speaker(actor)
    page = send(client, actor, "preview", {**form_of(client, actor), "name": name, **more})
    assert page.status_code == 200
    send(client, actor, "send", {**form_of(client, actor), "name": name, **more})
    after = Submission.objects.get().after
    assert [one["text"] for one in after if one.get("kind") == "former"] == kept


@pytest.mark.parametrize(
    ("keep", "kept"), [([], ["Institut für Beispiele"]), (["name former"], [])]
)
def test_the_editors_may_accept_a_name_without_keeping_the_old_one(
    keep: list[str], kept: list[str]
) -> None:
    actor = institute()
    _row, client = speaker(actor)
    send(client, actor, "send", {**form_of(client, actor), "name": "Haus der Beispiele"})
    change = Submission.objects.get()
    assert item_context(change, "")["gains_former_name"]
    seen = seal(today_of(actor, source_of(change)))
    decision = accept(change, reason="correct", seen=seen, keep=keep)
    actor.refresh_from_db()
    former = actor.names.filter(kind="former").values_list("text", flat=True)
    assert (actor.name, list(former)) == ("Haus der Beispiele", kept)
    decisions.undo(decision, by=acting())
    actor.refresh_from_db()
    assert actor.name == "Institut für Beispiele"
    assert not actor.names.filter(kind="former").exists()


# --- editing ------------------------------------------------------------------------------------
def test_only_what_was_changed_becomes_the_word_of_the_organisation() -> None:
    actor = institute()
    _row, client = speaker(actor)
    data = form_of(client, actor)
    data |= {
        "description_de": "Wir zeigen gute Beispiele.",
        "topics": ["machine_learning"],
        "name": "Institut für gute Beispiele",
        "roles": ["provider", "research_institution"],
        "words": "Wir heißen jetzt anders.",
    }
    refused = send(client, actor, "preview", data)
    assert (refused.status_code, next(iter(refused.context["form"].errors))) == (
        400,
        "offer_research_institution_de",
    )
    data |= {"offer_research_institution_de": "Forscht mit Betrieben."}
    data |= {name: "Sehen" for name in refused.context["form"].errors if name[:5] == "value"}
    seen = send(client, actor, "preview", data)
    assert (seen.status_code, editing.stated(actor)) == (200, [])
    assert [one.what for one in seen.context["live"]] == [
        "Themen und Branchen",
        "Beschreibung (Deutsch)",
    ]
    assert seen.context["live"][1].before == ("Wir zeigen Beispiele.",)
    assert {one.what for one in seen.context["waiting"]} >= {"Offizieller Name"}
    hidden = dict(seen.context["sent"])
    assert hidden["offer_provider_de"] == "Bietet Beispiele an."
    assert send(client, actor, "send", data).status_code == 302
    said = own(actor)
    assert sorted(said) == ["classification", "description"]  # the offer stays the register's word
    row = Submission.objects.get()
    assert (row.kind, row.state, row.words) == ("edit", "waiting", "Wir heißen jetzt anders.")
    assert {one["is"] for one in row.after} == {*said, "name", "role"}
    mine = client.get("/eintraege/meine/").content.decode()
    assert "Meine Einträge" in mine
    assert "Institut für Beispiele" in mine
    # Coming back: the waiting change stands in the form, and is not lost by sending another one.
    again = form_of(client, actor)
    assert again["name"] == "Institut für gute Beispiele"
    send(client, actor, "send", {**again, "link_events": "https://institut.example.org/termine"})
    row.refresh_from_db()
    assert row.state == "taken_back"
    later = Submission.objects.get(state="waiting")
    names = {one["kind"]: one["text"] for one in later.after if one["is"] == "name"}
    assert names == {"official": again["name"], "former": "Institut für Beispiele"}


def test_a_stale_form_is_told_and_loses_nothing() -> None:
    actor = institute()
    _rita, first = speaker(actor)
    _uwe, second = speaker(actor, UWE)
    mine, theirs = form_of(first, actor), form_of(second, actor)
    theirs |= {"description_de": "Von Uwe.", "link_events": "https://uwe.example.org/"}
    assert send(second, actor, "send", theirs).status_code == 302
    mine |= {"description_de": "Von Rita.", "link_offers": "https://rita.example.org/"}
    told = send(first, actor, "send", mine)
    assert told.status_code == 409
    assert {(one.today, one.mine) for one in told.context["meanwhile"]} == {
        ("Von Uwe.", "Von Rita."),
        ("https://uwe.example.org/", None),
    }
    form = told.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value()}
    assert send(first, actor, "send", again).status_code == 302
    assert own(actor)["description"][0]["text"] == "Von Rita."
    assert {one["url"] for one in own(actor)["link"]} == {
        "https://uwe.example.org/",
        "https://rita.example.org/",
    }


def test_what_others_state_is_answered_not_erased() -> None:
    actor = institute()
    moderation = make_source("moderation", 100, kind="moderator")
    Link.objects.create(actor=actor, kind="offers", url="https://a.example/", source=moderation)
    _row, client = speaker(actor)
    form = client.get(f"/eintraege/bearbeiten/{actor.slug}/").context["form"]
    assert form.fields["link_offers"].disabled
    data = form_of(client, actor)
    wrong = {**data, "description_de": "", "roles": [], "place": "Berlin", "fact_founded": "alt"}
    errors = send(client, actor, "preview", wrong).context["form"].errors
    assert set(errors) == {"description_de", "roles", "place", "fact_founded"}
    assert "Quelle ror" in errors["description_de"][0]
    marked = {**data, "name": "Institut <i>KI</i>", "fact_founded": "2131"}
    assert set(send(client, actor, "preview", marked).context["form"].errors) == {
        "name",
        "fact_founded",
    }
    assert send(client, actor, "preview", {**data, "number_vat": "DE12"}).status_code == 400
    assert editing.stated(actor) == []


def test_an_untouched_form_changes_nothing_even_what_it_could_not_hold() -> None:
    actor = institute()
    odd = {"operation": "mond", "problem": ["eins", "zwei"], "reference": "kein Link", "alt": 1}
    Role.objects.filter(actor=actor).update(values=odd)
    Description.objects.filter(actor=actor).update(text=" Eins. \r\nZwei. ")
    _row, client = speaker(actor)
    data = form_of(client, actor)
    assert "Nichts ist anders" in send(client, actor, "preview", data).content.decode()
    send(client, actor, "send", {**data, "offer_provider_en": "Examples."})
    assert own(actor)["role"][0]["values"] == odd
    assert sorted(own(actor)) == ["role"]


def test_own_statements_can_be_taken_back() -> None:
    actor = institute()
    _row, client = speaker(actor)
    values = [Description(language="en", text="Examples."), Name(kind="short", text="IfB")]
    for value in values:
        value.actor, value.source = actor, editing.get_source(editing.OWNER)
        value.save()
    data = form_of(client, actor)
    del data["description_en"]
    assert send(client, actor, "send", data).status_code == 302
    assert sorted(own(actor)) == ["name"]


def test_nobody_else_sees_the_pages() -> None:
    actor = institute()
    speaker(actor)
    other = make_representative(make_actor("Andere Stelle"), email="a@b.example")
    client = Client()
    for page in ("bearbeiten", "personen"):
        path = f"/eintraege/{page}/{actor.slug}/"
        assert client.get(path)["Location"].startswith("/konto/")
        stranger = Client()
        stranger.force_login(other.user, BACKEND)
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"act": "send"}).status_code == 404


# --- people -------------------------------------------------------------------------------------
def test_people_invite_admit_hand_over_remove_and_leave(settings: Any) -> None:
    actor = institute()
    _rita, client = speaker(actor)
    path = f"/eintraege/personen/{actor.slug}/"

    def act(who: Client, name: str, **data: Any) -> Any:
        return who.post(path, {"act": name, **data})

    assert act(client, "invite", email="kein").status_code == 400
    assert "vertritt" in act(client, "invite", email=RITA).content.decode()
    assert act(client, "invite", email="neu@x.example").status_code == 302
    act(client, "withdraw", invitation=str(Invitation.objects.get().pk))
    assert not Invitation.objects.exists()
    claimed = representing.claim(actor=actor, sender=Sender(UWE))
    assert claimed is not None
    proposing.confirm(number=claimed.id)
    assert UWE in client.get(path).content.decode()
    act(client, "admit", claim=str(claimed.id))
    uwe = representing.of_actor(actor).get(user__email=UWE)
    other = Client()
    other.force_login(uwe.user, BACKEND)
    refused = other.post(path, {"act": "remove", "person": str(_rita.pk)}, follow=True)
    assert "Das macht nur, wer für den Eintrag verantwortlich ist." in refused.content.decode()
    act(client, "hand_over", person=uwe.pk)
    uwe.refresh_from_db()
    assert uwe.responsible
    act(other, "remove", person=_rita.pk)
    assert client.get(path).status_code == 404
    assert act(other, "leave")["Location"] == "/eintraege/meine/"
    assert not Representation.objects.exists()
    to = [mail.recipients["to"][0] for mail in OutgoingMail.objects.order_by("created_at")]
    assert [one for one in to if one in {RITA, UWE}].count(RITA) == 1  # that she was removed
    acts = set(LogEntry.objects.values_list("act", flat=True))
    assert acts >= {
        "curation.invitation.send",
        "curation.invitation.withdraw",
        "curation.claim.admit",
        "curation.representation.hand_over",
        "curation.representation.end",
    }


# --- how the pages are built -------------------------------------------------------------------
def test_divisions_stand_under_their_section() -> None:
    """Some are called as their section; without the step nobody would know which is which."""
    actor = institute()
    _row, client = speaker(actor)
    terms = client.get(f"/eintraege/bearbeiten/{actor.slug}/").context["sectors"]
    energy = [(key, part) for key, label, _chosen, part in terms if label == "Energieversorgung"]
    assert energy == [("d", False), ("wz35", True)]


def test_contact_persons_stand_among_the_pages_of_the_entry_for_who_speaks_for_it() -> None:
    actor = institute()
    _row, client = speaker(actor)
    path = f"/eintraege/ansprechpersonen/{actor.slug}/"
    here, tabs = f'href="{path}" aria-current="page"', 'class="st-tabs" aria-label="Dieser Eintrag"'
    page = client.get(path).content.decode()
    assert (here in page, tabs in page) == (True, True)
    editor = create_person(email="redaktion@example.org", by=SYSTEM, verified=True)
    grant_role(user=editor, role="moderator", by=SYSTEM, reason="Test")
    client.force_login(editor, BACKEND)
    page = client.get(path).content.decode()
    assert ("Ansprechpersonen" in page, tabs in page) == (True, False)
