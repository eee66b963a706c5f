"""Who sees which links."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse

from steiger.web.accounts.models import RoleGrant, RoleName, User
from steiger.web.portal.interfaces.navigation import STAFF, main_links, staff_links

pytestmark = pytest.mark.django_db


def person(*roles: str) -> User:
    user = User.objects.create_user("person@example.org")
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


def labels(user: object) -> set[str]:
    return {str(link.label) for link in staff_links(user)}


def test_visitors_and_representatives_see_no_staff_links() -> None:
    assert labels(AnonymousUser()) == set()
    assert labels(person(RoleName.REPRESENTATIVE)) == set()


def test_administrator_sees_all_existing_links() -> None:
    existing = set()
    for view, label, _roles in STAFF:
        try:
            reverse(view)
        except NoReverseMatch:
            continue
        existing.add(str(label))
    assert labels(person(RoleName.ADMINISTRATOR)) == existing
    assert existing


def test_adviser_sees_no_people() -> None:
    adviser = labels(person(RoleName.ADVISER))
    assert "Personen und Rollen" not in adviser


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/landkarte/", {"Landkarte": "page"}),
        ("/landkarte/eintrag/x/", {"Landkarte": "true"}),
        ("/landkarte/region/05315-koeln/", {"Landkarte": "true"}),
        ("/seite/hilfe/", {"Hilfe": "page"}),
        ("/", {}),
    ],
)
def test_reader_sees_where_they_are(path: str, expected: dict[str, str]) -> None:
    assert {str(link.label): link.current for link in main_links(path) if link.current} == expected
