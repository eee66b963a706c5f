"""Every address × every role: who may enter; every object × whose it is. Table: access.toml."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from factories.addresses import TABLE, Address, addresses
from factories.owners import OWN, READERS, make_world
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

VISITOR = "visitor"
ROLES = (VISITOR, *RoleName.values)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def met(answer: HttpResponse, login: str) -> str:
    """What the person met, in the words of the table."""
    # A page about a sign-in that failed elsewhere is a 401, too, and open to everybody.
    asks_for_key = answer.status_code == 401 and "json" in answer.headers["Content-Type"]
    if answer.status_code == 403 or asks_for_key:
        return "refused"
    target = answer.headers.get("Location", "")
    if target.partition("?")[0] == login and "next=" in target:
        return "sign-in"
    if answer.status_code in {301, 302}:
        return "led on"
    return "open"


FOUND = addresses()
#: Read-only, and the same for everybody; its protocol sends questions by POST from other origins.
READ_BY_POST = frozenset({"api:reconcile"})


def test_every_address_stands_in_the_table() -> None:
    names = {address.name for address in FOUND}
    assert sorted(names - set(TABLE["pages"])) == [], "addresses without a line in access.toml"
    assert sorted(set(TABLE["pages"]) - names) == [], "lines in access.toml without an address"


def test_every_rule_names_every_role() -> None:
    incomplete = {rule for rule, roles in TABLE["rules"].items() if set(roles) != set(ROLES)}
    assert incomplete == set()


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """What tests before sent by wrong links is forgotten, or the guard answers instead."""
    cache.clear()


@pytest.fixture(scope="module")
def cookies(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Cookies of a person for each role; of who is not signed in, none.

    The people are there for all tests of this file; each test takes back what it did itself.
    """
    found = {VISITOR: ""}
    with django_db_blocker.unblock(), transaction.atomic():
        for role in RoleName.values:
            user = create_person(email=f"{role}@example.org", by=audit.SYSTEM, verified=True)
            grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
            browser = Client()
            browser.force_login(user, backend=BACKEND)
            found[role] = browser.cookies.output(header="")
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def clients(cookies: dict[str, str], db: None, tmp_path: Path, settings: Any) -> dict[str, Client]:
    """A signed-in browser for each role, and one that is not signed in."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.DATA_DIR = tmp_path
    browsers = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, browser in browsers.items():
        browser.cookies = SimpleCookie(cookies[role])
    return browsers


@pytest.mark.parametrize("address", FOUND, ids=lambda address: address.name)
def test_access(address: Address, clients: dict[str, Client]) -> None:
    line = TABLE["pages"][address.name]
    rule, method = (line, "GET") if isinstance(line, str) else (line["rule"], line["method"])
    login, path = reverse("account_login"), address.path()
    answers = {role: clients[role].generic(method, path) for role in ROLES}
    assert {role: a.status_code for role, a in answers.items() if a.status_code >= 500} == {}
    seen = {role: met(answer, login) for role, answer in answers.items()}
    # A page that is open may well lead on (after saving, or to the place that it has moved to).
    expected = TABLE["rules"][rule]
    seen = {
        role: expected[role] if kind == "led on" and expected[role] in {"open", "away"} else kind
        for role, kind in seen.items()
    }
    assert seen == expected


def test_other_methods_change_nothing(clients: dict[str, Client]) -> None:
    browser = clients[RoleName.ADMINISTRATOR]
    browser.handler.enforce_csrf_checks = True
    answers = {
        (address.name, method): browser.generic(method, address.path()).status_code
        for address in FOUND
        for method in ("PUT", "PATCH", "DELETE")
    }
    refused = {301, 302, 401, 403, 404, 405, 410}
    assert {key: code for key, code in answers.items() if code not in refused} == {}


def test_every_post_needs_the_token(clients: dict[str, Client]) -> None:
    browser = clients[RoleName.ADMINISTRATOR]
    browser.handler.enforce_csrf_checks = True
    found = [address for address in FOUND if address.name not in READ_BY_POST]
    answers = {a.name: browser.post(a.path(), {"x": "y"}).status_code for a in found}
    assert {name: code for name, code in answers.items() if code not in {301, 403, 404, 405}} == {}


# --- whose is it? ---------------------------------------------------------------------------------
WITH_PARTS = [address for address in FOUND if address.arguments]


def test_every_address_with_an_object_says_whose_it_is() -> None:
    names = {address.name for address in WITH_PARTS}
    assert sorted(names - set(TABLE["objects"])) == [], "addresses without a line in [objects]"
    assert sorted(set(TABLE["objects"]) - names) == [], "lines in [objects] without an address"


def test_every_owner_rule_names_every_reader() -> None:
    incomplete = {
        rule for rule, seen in TABLE["owners"].items() if set(seen) - {"secret"} != set(READERS)
    }
    assert incomplete == set()


def met_object(answer: HttpResponse, login: str) -> str:
    """What a reader met who asked for an object."""
    if answer.status_code in {404, 410}:
        return "missing"
    target = answer.headers.get("Location", "").partition("?")[0]
    if target in {reverse("cases:enter"), reverse("communities:join", args=["recht"])}:
        return "entrance"
    kind = met(answer, login)
    return "open" if kind == "led on" else kind


def test_only_those_whose_it_is_see_it(db: None, tmp_path: Path, settings: Any) -> None:
    settings.SEARCH_INDEX_DIR, settings.MEDIA_ROOT = tmp_path / "index", tmp_path
    settings.DATA_DIR = tmp_path
    world, login = make_world(), reverse("account_login")
    wrong: dict[tuple[str, str], tuple[str, str]] = {}
    told: list[tuple[str, str]] = []
    for address in WITH_PARTS:
        expected = TABLE["owners"].get(TABLE["objects"][address.name])
        if expected is None:  # nobody's
            continue
        line = TABLE["pages"][address.name]
        method = "GET" if isinstance(line, str) else line["method"]
        secret = expected.get("secret", False)
        for reader in READERS:
            browser = Client(raise_request_exception=False)
            browser.cookies = SimpleCookie(world.browsers[reader].cookies.output(header=""))
            path = world.path(address, holds_secret=not secret or expected[reader] == "open")
            # Whatever an act would change is as it was for the next reader.
            with transaction.atomic():
                answer = browser.generic(method, path)
                content = b"".join(answer) if answer.streaming else answer.content
                transaction.set_rollback(True)
            seen = met_object(answer, login)
            if answer.status_code >= 500 or seen != expected[reader]:
                wrong[address.name, reader] = (f"{seen} {answer.status_code}", expected[reader])
            if reader != "own" and expected[reader] != "open" and OWN.encode() in content:
                told.append((address.name, reader))
    assert (wrong, told) == ({}, [])
