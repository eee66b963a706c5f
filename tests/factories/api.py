"""A small map that holds something of everything that the API tells."""

from __future__ import annotations

from datetime import date

from factories.directory import make_actor, make_source
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.access_keys import create_key
from steiger.web.accounts.domain.people import create_person
from steiger.web.accounts.models import User
from steiger.web.curation.models import Representation
from steiger.web.directory.models import (
    Actor,
    Description,
    Fact,
    FormerAddress,
    Identifier,
    Relation,
)

STATED = date(2026, 3, 1)


def make_map() -> dict[str, Actor]:
    """Entries of all kinds: a firm with everything, an institute, one that left, one that moved."""
    register = make_source("ror", 40, licence="CC0 1.0")
    firm = make_actor("Beispiel Robotik GmbH", slug="beispiel-robotik", short="BeRo")
    institute = make_actor(
        "Institut für Beispielkunde",
        slug="institut-beispielkunde",
        town="Dortmund",
        ags="05913000",
        spot=(51.5136, 7.4653),
        roles={"research_institution": "Forscht an Beispielen."},
        former=("Seminar für Beispiele",),
        website="https://beispielkunde.example/",
    )
    gone = make_actor("Verschwundene AG", slug="verschwunden", state=Actor.State.WITHDRAWN)
    draft = make_actor("Entwurf AG", slug="entwurf", state=Actor.State.DRAFT)
    FormerAddress.objects.create(slug="alte-robotik", actor=firm)
    said = {"source": register, "stated_on": STATED}
    Identifier.objects.create(actor=firm, scheme="ror", value="00613ak93", **said)
    Fact.objects.create(actor=firm, key="founded", value=2004, **said)
    Description.objects.create(actor=firm, language="de", text="Baut Beispiele.", **said)
    for other in (institute, gone, draft):
        Relation.objects.create(actor=firm, kind="partner", other=other, **said)
    return {"firm": firm, "institute": institute, "gone": gone, "draft": draft}


def make_key(
    actor: Actor | None = None, *, scopes: tuple[str, ...] = ("actor:read",), days: int = 30
) -> tuple[User, str]:
    """A person who speaks for an entry, and the secret of an access key."""
    user = create_person(email="vertretung@example.org", by=audit.SYSTEM, verified=True)
    if actor is not None:
        Representation.objects.create(actor=actor, user=user, state=Representation.State.ACTIVE)
    _, secret = create_key(
        user=user, name="Probe", scopes=scopes, days=days, by=audit.Actor.of(user)
    )
    return user, secret
