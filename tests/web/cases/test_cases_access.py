"""Every address of the room × everybody × whose case it is: firms never see each other's cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.cases import make_adviser, make_full_case
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person
from steiger.web.accounts.models import User
from steiger.web.cases.domain.links import _new_link
from steiger.web.cases.models import Case, CaseEntry, CaseTask, Evidence
from steiger.web.cases.urls import urlpatterns

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OWN, OTHER = "backstube@example.org", "tischlerei@example.org"

#: What is met: 200 open; 302-login; 302-enter; 403; 404; "own" means done and led on.
OPEN, SIGN_IN, ENTER, REFUSED, NOTHING, DONE = "open", "sign-in", "enter", "403", "404", "done"
FIRM_PAGES = {"path", "data", "own_evidence", "erase_own", "own_consent"}
PUBLIC = {"home", "enter", "sent", "use_link", "confirm", "leave", "erased", "unsubscribe"}
POSTED = {
    "leave", "own_consent", "note", "show", "remove", "task", "task_done", "contact", "consent",
    "forget_contact", "take", "reopen", "confidential", "remove_evidence",
}  # fmt: skip
ADVISERS = {
    "tasks", "cases", "new", "case", "evidence", "add_evidence", "remove_evidence", "export",
    "station", "note", "show", "remove", "task", "task_done", "facts", "contact", "consent",
    "forget_contact", "take", "hand_over", "close", "reopen", "erase", "merge_choose", "merge",
    "confidential",
}  # fmt: skip
PEOPLE = ("visitor", "by_link", "signed_in", "unverified", "moderator", "adviser")


def names() -> set[str]:
    return {str(pattern.name) for pattern in urlpatterns}


def test_every_address_of_the_room_stands_in_one_group() -> None:
    assert names() == FIRM_PAGES | PUBLIC | ADVISERS
    assert not FIRM_PAGES & ADVISERS


@pytest.fixture
def cases(db: None) -> dict[str, Case]:
    """Two firms with everything; each belongs to somebody else."""
    first, second = make_adviser(), make_adviser("Carla Beispiel")
    own = make_full_case(first, second, OWN)
    other = make_full_case(first, second, OTHER)
    return {"own": own, "other": other}


@pytest.fixture
def browsers(cases: dict[str, Case]) -> dict[str, Client]:
    """One browser for each person; those of a firm belong to the firm "own"."""
    found = {name: Client(raise_request_exception=False) for name in PEOPLE}
    token = _new_link(cases["own"].firm.contacts.get())
    found["by_link"].post(reverse("cases:use_link", args=[token]))
    signed = create_person(email=OWN, by=audit.SYSTEM, verified=True)
    found["signed_in"].force_login(signed, backend=BACKEND)
    # Whoever only claims an address sees nothing.
    claims = User.objects.create_user("claims@example.org")
    EmailAddress.objects.create(user=claims, email=OTHER, verified=False)
    found["unverified"].force_login(claims, backend=BACKEND)
    moderator = make_adviser("Mona Beispiel", "moderator")
    found["moderator"].force_login(moderator, backend=BACKEND)
    found["adviser"].force_login(User.objects.get(email="berta@hub.example.org"), backend=BACKEND)
    return found


def address(name: str, case: Case) -> str:
    """The address of something that is there, in this case."""
    pattern = next(p for p in urlpatterns if p.name == name)
    parts: dict[str, Any] = {
        "firm": case.firm_id,
        "case": case.pk,
        "token": "nie-vergeben",
        "form": "json",
        "kind": "outcome",
        "other": case.pk,
    }
    by_hand = CaseEntry.objects.filter(case=case, kind="outcome").get()
    numbers = {
        "own_evidence": Evidence.objects.get(entry__case=case).pk,
        "evidence": Evidence.objects.get(entry__case=case).pk,
        "remove_evidence": Evidence.objects.get(entry__case=case).pk,
        "add_evidence": by_hand.pk,
        "show": by_hand.pk,
        "remove": by_hand.pk,
        "task_done": CaseTask.objects.get(case=case).pk,
        "consent": case.firm.contacts.get().pk,
        "forget_contact": case.firm.contacts.get().pk,
    }
    wanted = set(pattern.pattern.converters)
    values = {k: v for k, v in (parts | {"pk": numbers.get(name, 1)}).items() if k in wanted}
    return reverse(f"cases:{name}", kwargs=values)


def met(answer: Any) -> str:
    target = answer.headers.get("Location", "")
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    if target.startswith(reverse("account_login")):
        return SIGN_IN
    if target == reverse("cases:enter"):
        return ENTER
    return DONE if answer.status_code == 302 else OPEN


def expected(name: str, person: str, owner: str) -> set[str]:
    if name in ADVISERS:
        return {"visitor": {SIGN_IN}, "by_link": {SIGN_IN}, "adviser": {OPEN, DONE}}.get(
            person, {REFUSED}
        )
    if person == "visitor":
        return {ENTER}
    mine = owner == "own" and person in {"by_link", "signed_in"}
    return {OPEN, DONE} if mine else {NOTHING, ENTER}


@pytest.mark.parametrize("owner", ["own", "other"])
@pytest.mark.parametrize("person", PEOPLE)
def test_who_sees_what(
    person: str, owner: str, cases: dict[str, Case], browsers: dict[str, Client]
) -> None:
    wrong = {}
    for name in sorted((FIRM_PAGES | ADVISERS) - {"forget_contact", "remove", "remove_evidence"}):
        path = address(name, cases[owner])
        answer = browsers[person].generic("POST" if name in POSTED else "GET", path)
        if met(answer) not in expected(name, person, owner):
            wrong[name] = (answer.status_code, answer.headers.get("Location"))
    assert wrong == {}


@pytest.mark.parametrize("person", ["visitor", "by_link", "signed_in", "unverified", "moderator"])
def test_nobody_changes_anothers_case(
    person: str, cases: dict[str, Case], browsers: dict[str, Client]
) -> None:
    before = [(str(m), m.pk) for m in (*Case.objects.all(), *CaseEntry.objects.all())]
    for name in sorted(FIRM_PAGES | ADVISERS):
        browsers[person].post(address(name, cases["other"]), {"sure": "on", "why": "reached"})
    cases["other"].refresh_from_db()
    cases["other"].firm.refresh_from_db()
    assert (cases["other"].state, cases["other"].erased_at) == ("open", None)
    assert cases["other"].firm.name == "Bäckerei Zwiebelkuchen"
    assert [(str(m), m.pk) for m in (*Case.objects.all(), *CaseEntry.objects.all())] == before


def test_evidence_of_one_case_is_not_reached_through_another(
    cases: dict[str, Case], browsers: dict[str, Client]
) -> None:
    foreign = Evidence.objects.get(entry__case=cases["other"]).pk
    own = cases["own"]
    tries = {
        "by_link": reverse("cases:own_evidence", kwargs={"firm": own.firm_id, "pk": foreign}),
        "adviser": reverse("cases:evidence", kwargs={"case": own.pk, "pk": foreign}),
    }
    assert {p: browsers[p].get(a).status_code for p, a in tries.items()} == {
        "by_link": 404,
        "adviser": 404,
    }


@pytest.mark.parametrize(
    "name",
    ["show", "remove", "remove_evidence", "task_done", "consent", "forget_contact"],
)
def test_acts_on_one_case_do_not_reach_another(
    name: str, cases: dict[str, Case], browsers: dict[str, Client]
) -> None:
    foreign = address(name, cases["other"]).replace(str(cases["other"].pk), str(cases["own"].pk))
    assert browsers["adviser"].post(foreign).status_code == 404


def test_firm_never_sees_what_is_internal(
    cases: dict[str, Case], browsers: dict[str, Client]
) -> None:
    firm = cases["own"].firm_id
    page = browsers["by_link"].get(reverse("cases:path", kwargs={"firm": firm})).content.decode()
    assert "Sauerteigfirma" in page
    assert "Erstgespräch" in page
    assert "Konkurrenz" not in page, "internal notes"
    assert "anrufen" not in page, "tasks"
    for form in ("json", "html"):
        data = browsers["by_link"].get(reverse("cases:data", args=[firm, form])).content.decode()
        assert "Sauerteigfirma" in data
        assert "Konkurrenz" not in data
    internal = reverse("cases:export", args=[cases["own"].pk, "json"])
    assert "Konkurrenz" in browsers["adviser"].get(internal).content.decode()


def test_hidden_evidence_is_hidden(cases: dict[str, Case], browsers: dict[str, Client]) -> None:
    own = cases["own"]
    path = address("own_evidence", own)
    assert browsers["by_link"].get(path).status_code == 200
    CaseEntry.objects.filter(case=own).update(for_firm=False)
    assert browsers["by_link"].get(path).status_code == 404


def test_stay_ends_after_four_hours(
    cases: dict[str, Case], browsers: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address("path", cases["own"])
    assert browsers["by_link"].get(path).status_code == 200
    later = timezone.now() + timedelta(hours=4, minutes=1)
    monkeypatch.setattr("steiger.web.cases.interfaces.entrance.timezone.now", lambda: later)
    assert browsers["by_link"].get(path).headers["Location"] == reverse("cases:enter")


def test_removed_person_is_out_at_once(cases: dict[str, Case], browsers: dict[str, Client]) -> None:
    path = address("path", cases["own"])
    cases["own"].firm.contacts.all().delete()
    assert browsers["by_link"].get(path).headers["Location"] == reverse("cases:enter")
