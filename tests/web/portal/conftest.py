"""A small directory and a browser for the portal's tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from steiger.web.directory.models import Actor, Role, Source, Term


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Figures and counters of one test are not those of the next."""
    cache.clear()


@pytest.fixture
def actors(db: None) -> list[Actor]:
    """Three published actors (one invented) in Köln and Hagen, and a draft that nobody sees."""
    source = Source.objects.create(
        key="test", name="Test source", kind=Source.Kind.REGION, licence="CC0", precedence=50
    )
    category = Term.objects.create(
        vocabulary="category", key="economy", label_de="Wirtschaft", label_en="Economy"
    )
    terms = {
        key: Term.objects.create(
            vocabulary="role", key=key, parent=category, label_de=key, label_en=key
        )
        for key in ("testing", "consulting")
    }
    cologne: dict[str, Any] = {
        "town": "Köln",
        "municipality": "05315000",
        "district": "05315",
    }
    hagen: dict[str, Any] = {
        "town": "Hagen",
        "municipality": "05914000",
        "district": "05914",
    }
    rows = [
        ("pruefhaus", "Prüfhaus", cologne, {}),
        ("rat-und-tat", "Rat & Tat", cologne, {}),
        ("beispiel-ofen", "Beispiel Ofenbau", hagen, {"is_example": True}),
        ("entwurf", "Entwurf", hagen, {"state": Actor.State.DRAFT}),
    ]
    made = [
        Actor.objects.create(slug=slug, name=name, sort_name=name.lower(), **place, **more)
        for slug, name, place, more in rows
    ]
    Role.objects.create(actor=made[0], source=source, term=terms["testing"])
    Role.objects.create(actor=made[1], source=source, term=terms["consulting"])
    Role.objects.create(actor=made[1], source=source, term=terms["testing"], hidden=True)
    return made
