"""Pages: for newcomers, members, moderators, the hub."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from factories.communities import VALUES, make_community, make_member, make_note, make_question
from factories.publications import make_publication
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName
from steiger.web.background.models import OutgoingMail
from steiger.web.communities.domain.membership import set_moderator
from steiger.web.communities.domain.running import close
from steiger.web.communities.domain.tokens import ENTER, LEAVE, QUIET, token_for
from steiger.web.communities.models import Community, Member, Note, Question

pytestmark = pytest.mark.django_db
ADDRESS = "kim@example.org"
JOIN = {"name": "Kim Beispiel", "email": ADDRESS, "consent": "on"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def link_in(mail: OutgoingMail, word: str) -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(\S*/{word}/\S+)", mail.content["text"])
    assert found is not None
    return found.group(1)


def sign_in(client: Client, role: str, email: str = "person@example.org") -> None:
    user = create_person(email=email, by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
    client.force_login(user, backend=BACKEND)


def entered(client: Client, member: Member) -> Client:
    path = f"/gemeinschaften/mitglied/eintreten/{token_for(member.id, ENTER)}/"
    assert client.post(path).status_code == 302
    return client


def test_newcomer_sees_what_for_whom_and_how(client: Client, community: Community) -> None:
    member = make_member(community)
    make_question(member, "Was ist erlaubt?")
    make_note(member, title="Suche Rat")
    make_publication(title_de="Material eins", community=community.slug)
    page = client.get("/gemeinschaften/recht/").content.decode()
    for words in (
        VALUES["what_de"],
        VALUES["whom_de"],
        "Nächstes Treffen",
        "1 Mitglied",
        "Was ist erlaubt?",
        "Suche Rat",
        "Material eins",
        "Mitmachen",
    ):
        assert words in page
    english = client.get("/en/gemeinschaften/recht/").content.decode()
    assert VALUES["what_en"] in english
    assert ADDRESS not in page


def test_whole_way_of_a_member(client: Client, community: Community) -> None:
    assert client.post("/gemeinschaften/recht/mitmachen/", JOIN).status_code == 302
    link = link_in(OutgoingMail.objects.get(), "bestaetigen")
    assert client.get(link).status_code == 200
    assert Member.objects.get().confirmed_at is None
    assert client.post(link).headers["Location"] == "/gemeinschaften/recht/"
    response = client.post("/gemeinschaften/recht/fragen/neu/", {"title": "Was ist erlaubt?"})
    assert response.status_code == 302
    assert "Was ist erlaubt?" not in client.get("/gemeinschaften/recht/fragen/").content.decode()
    assert "wartet auf die Moderation" in client.get("/gemeinschaften/recht/ich/").content.decode()
    note = {"kind": "seeks", "title": "Suche Rat"}
    assert client.post("/gemeinschaften/recht/notizen/neu/", note).status_code == 302
    leave = link_in(OutgoingMail.objects.order_by("pk").last(), "verlassen")  # type: ignore[arg-type]
    client.post(leave, {"texts": "yes"})
    assert (Member.objects.count(), Question.objects.count(), Note.objects.count()) == (0, 0, 0)
    assert client.get("/gemeinschaften/recht/fragen/neu/").status_code == 302


def test_opening_a_link_changes_nothing(client: Client, community: Community) -> None:
    member = make_member(community, digest=True)
    for word, purpose in (("verlassen", LEAVE), ("still", QUIET), ("eintreten", ENTER)):
        path = f"/gemeinschaften/mitglied/{word}/{token_for(member.id, purpose)}/"
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["Referrer-Policy"] == "strict-origin"
    member.refresh_from_db()
    assert member.digest
    assert client.get("/gemeinschaften/recht/ich/").status_code == 302


def test_mail_programs_leave_by_one_click(community: Community) -> None:
    member = make_member(community, digest=True)
    strict = Client(enforce_csrf_checks=True)
    data = {"List-Unsubscribe": "One-Click"}
    path = f"/gemeinschaften/mitglied/still/{token_for(member.id, QUIET)}/"
    assert strict.post(path, data).status_code == 200
    assert not Member.objects.get().digest
    path = f"/gemeinschaften/mitglied/verlassen/{token_for(member.id, LEAVE)}/"
    assert strict.post(path, data).status_code == 302
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"email": "kim"}, "name@example.org"),
        ({"name": ""}, "Schreiben Sie, wie die anderen Sie nennen."),
        ({"consent": ""}, "Ohne Ihr Einverständnis"),
    ],
)
def test_error_names_the_way_out(
    client: Client, community: Community, wrong: dict[str, str], text: str
) -> None:
    data = {k: v for k, v in ({"organisation": "Bleibt"} | JOIN | wrong).items() if v}
    response = client.post("/gemeinschaften/recht/mitmachen/", data)
    assert response.status_code == 400
    assert text in response.content.decode()
    assert "Bleibt" in response.content.decode()


def test_machines_are_left_in_the_dark(client: Client, community: Community) -> None:
    data = JOIN | {"website": "http://spam.example"}
    assert client.post("/gemeinschaften/recht/mitmachen/", data).status_code == 302
    assert not Member.objects.exists()


def test_one_sender_is_limited(client: Client, community: Community) -> None:
    path = "/gemeinschaften/recht/mitmachen/"
    codes = [
        client.post(path, JOIN | {"email": f"a{n}@example.org"}).status_code for n in range(11)
    ]
    assert (codes[:10], codes[10]) == ([302] * 10, 429)


def test_member_of_one_is_a_stranger_in_another(client: Client, community: Community) -> None:
    entered(client, make_member(make_community("anders")))
    assert client.get("/gemeinschaften/anders/ich/").status_code == 200
    assert client.get("/gemeinschaften/recht/ich/").status_code == 302
    assert client.get("/gemeinschaften/recht/moderation/").status_code == 302


def test_account_with_the_address_is_the_member(client: Client, community: Community) -> None:
    make_member(community)
    sign_in(client, RoleName.REPRESENTATIVE, ADDRESS)
    assert client.get("/gemeinschaften/recht/ich/").status_code == 200


def test_member_moderates_its_own_community_only(client: Client, community: Community) -> None:
    member = set_moderator(member=make_member(community), moderator=True, by=audit.SYSTEM)
    other = make_community("anders")
    foreign = make_question(make_member(other, "Toni Beispiel"))
    entered(client, member)
    waiting = Question.objects.create(
        community=community, member=make_member(community, "Ina Beispiel"), title="Wartet"
    )
    page = client.get("/gemeinschaften/recht/moderation/").content.decode()
    assert "Wartet" in page
    client.post(f"/gemeinschaften/recht/moderation/question/{waiting.pk}/", {"show": "yes"})
    waiting.refresh_from_db()
    assert waiting.state == "shown"
    path = f"/gemeinschaften/recht/moderation/question/{foreign.pk}/"
    assert client.post(path, {"show": "no"}).status_code == 404
    path = f"/gemeinschaften/anders/moderation/question/{foreign.pk}/"
    assert client.post(path, {"show": "no"}).status_code == 302
    foreign.refresh_from_db()
    assert foreign.state == "shown"


def test_nobody_takes_back_what_others_wrote(client: Client, community: Community) -> None:
    question = make_question(make_member(community, "Toni Beispiel"))
    entered(client, make_member(community))
    assert client.post(f"/gemeinschaften/recht/ich/question/{question.pk}/").status_code == 404
    assert Question.objects.exists()


def test_hidden_things_have_no_page(client: Client, community: Community) -> None:
    note = make_note(make_member(community))
    path = f"/gemeinschaften/recht/notizen/{note.pk}/"
    assert client.get(path).status_code == 200
    Note.objects.update(state="hidden")
    assert client.get(path).status_code == 404
    make_community("anders")
    Note.objects.update(state="shown")
    assert client.get(f"/gemeinschaften/anders/notizen/{note.pk}/").status_code == 404


def test_script_in_a_text_stays_text(client: Client, community: Community) -> None:
    member = make_member(community, "<b>Kim</b> Beispiel", email=ADDRESS)
    evil = "<script>alert(1)</script>"
    make_question(member, evil)
    note = make_note(member, title=evil, text=f"javascript:alert(1) {evil} https://example.org")
    for path in ("", "fragen/", "notizen/", f"notizen/{note.pk}/"):
        page = client.get(f"/gemeinschaften/recht/{path}").content.decode()
        assert evil not in page
        assert 'href="javascript' not in page


def test_archive_says_so_and_offers_nothing(client: Client, community: Community) -> None:
    entered(client, make_member(community))
    close(community=community, by=audit.SYSTEM, closing_de="Weiter geht es im Verband.")
    page = client.get("/gemeinschaften/recht/").content.decode()
    assert "Sie bleibt lesbar." in page
    assert "Weiter geht es im Verband." in page
    assert "/mitmachen/" not in page
    assert client.get("/gemeinschaften/recht/fragen/neu/").status_code == 302
    assert client.get("/gemeinschaften/recht/mitmachen/").status_code == 302


def test_hub_begins_changes_and_closes(client: Client) -> None:
    sign_in(client, RoleName.MODERATOR)
    assert client.post("/gemeinschaften/neu/", VALUES | {"slug": "neu"}).status_code == 400
    client.post("/gemeinschaften/neu/", VALUES | {"slug": "klima"})
    community = Community.objects.get()
    member = make_member(community)
    desk = "/gemeinschaften/klima/verwaltung/"
    client.post(desk, VALUES | {"name_de": "Klima"})
    client.post(f"{desk}{member.id}/", {"moderator": "yes"})
    page = client.get(desk).content.decode()
    assert "Kim Beispiel" in page
    assert ADDRESS not in page
    client.post(f"{desk}schliessen/", {"closing_de": "Ende."})
    community.refresh_from_db()
    member.refresh_from_db()
    assert (community.name_de, community.is_open, member.moderator) == ("Klima", False, True)
