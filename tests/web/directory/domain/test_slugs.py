"""Addresses of actors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.directory import make_actor
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.slugs import MAX, SlugMaker, base_slug, change_slug
from steiger.web.directory.models import FormerAddress


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Universität zu Köln", "universitaet-zu-koeln"),
        ("Ko\u0308lner Straßenbahn", "koelner-strassenbahn"),
        ("phoenix-contact", "phoenix-contact"),
        ("Phoenix Contact GmbH & Co. KG", "phoenix-contact-gmbh-und-co-kg"),
        ("Verein e. V.", "verein-e-v"),
        ("Verein e.V.", "verein-ev"),
        ("Łódź Café", "lodz-cafe"),
        ("Ærø", "aero"),
        ("東京", "eintrag"),
        ("", "eintrag"),
    ],
)
def test_umlauts_are_spelt_out_and_plain_letters_stay(name: str, slug: str) -> None:
    assert base_slug(name) == slug


@given(st.text())
def test_any_name_gives_an_address_that_stays_the_same(name: str) -> None:
    slug = base_slug(name)
    assert slug.isascii()
    assert 0 < len(slug) <= MAX
    assert base_slug(slug) == slug


@pytest.mark.django_db
def test_an_address_is_never_given_away_again() -> None:
    actor = make_actor("Hammerwerk Köln")
    change_slug(actor=actor, slug="Hammerwerk Köln", by=audit.SYSTEM, reason="Umlaut")
    change_slug(actor=actor, slug="Hammerwerk am Rhein", by=audit.SYSTEM, reason="neuer Name")
    assert FormerAddress.objects.filter(slug="hammerwerk-koeln").exists()
    assert SlugMaker().make("Hammerwerk Köln") == "hammerwerk-koeln-2"
    other = make_actor("Werk Zwei")
    with pytest.raises(ValueError, match="another actor"):
        change_slug(actor=other, slug="hammerwerk-koeln", by=audit.SYSTEM, reason="")
