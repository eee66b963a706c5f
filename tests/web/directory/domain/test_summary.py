"""The line that says what an actor offers."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from factories.directory import make_actor, make_source, term
from steiger.web.directory.domain.summary import refresh
from steiger.web.directory.models import Actor, Description, Role

pytestmark = pytest.mark.django_db


def offers(actor: Actor) -> tuple[str, str]:
    """What the columns say after a recomputation."""
    refresh([actor.pk])
    actor.refresh_from_db()
    return actor.offer_de, actor.offer_en


def test_offer_is_the_first_of_the_strongest_source() -> None:
    actor = make_actor(roles={"provider": "Bietet Prüfungen an."})
    strong = make_source("owner", 90)
    Role.objects.create(
        actor=actor, term=term("role", "provider"), offer_de="Prüft Teile.", source=strong
    )
    assert offers(actor) == ("Prüft Teile.", "Prüft Teile.")


def test_offer_falls_back_to_the_description_in_the_wanted_language() -> None:
    actor = make_actor(roles={"provider": ""}, description="Baut Maschinen.")
    Description.objects.create(
        actor=actor, language="en", text="Builds machines.", source=make_source()
    )
    assert offers(actor) == ("Baut Maschinen.", "Builds machines.")


def test_offer_leaves_out_what_is_hidden() -> None:
    actor = make_actor(roles={"provider": "Bietet Prüfungen an."})
    Role.objects.filter(actor=actor).update(hidden=True)
    assert offers(actor) == ("", "")


def test_offer_is_one_short_line() -> None:
    actor = make_actor(roles={"provider": "Wort\n" * 100})
    german, _ = offers(actor)
    assert german.endswith("Wort …")
    assert len(german) <= 182


def test_migration_fills_the_columns_as_the_domain_does() -> None:
    actor = make_actor(roles={"provider": "Bietet Prüfungen an. " * 20}, description="Baut.")
    other = make_actor(roles={"provider": ""}, description="Baut Maschinen.")
    wanted = [offers(actor), offers(other)]
    Actor.objects.update(offer_de="", offer_en="")
    importlib.import_module("steiger.web.directory.migrations.0002_offer_line").fill(apps, None)
    found = Actor.objects.filter(pk__in=[actor.pk, other.pk]).order_by("pk")
    assert list(found.values_list("offer_de", "offer_en")) == wanted
