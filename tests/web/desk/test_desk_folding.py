"""The database folds words as the library does, so that spellings do not matter."""

from __future__ import annotations

import pytest
from django.db.models import TextField, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.directory import make_actor
from steiger.lib.text import fold
from steiger.web.accounts.domain.folding import Fold, holding, words_of
from steiger.web.directory.models import Actor
from steiger.web.events.models import Series

pytestmark = pytest.mark.django_db
LETTERS = "aeouAEOUäöüÄÖÜßéèêçñåÅøØæœłÿ xyzTS-.@'\n\u0308"


def folded_by_database(text: str) -> str:
    """One text through the database."""
    Series.objects.get_or_create(slug="eine", title_de="Eine Zeile")
    given_text = Value(text, output_field=TextField())
    return str(Series.objects.annotate(made=Fold(given_text)).values_list("made", flat=True).get())


@settings(max_examples=100)
@given(st.text(LETTERS, max_size=30))
def test_database_folds_as_the_library(text: str) -> None:
    assert folded_by_database(text) == fold(text)


@pytest.mark.parametrize("asked", ["mueller", "MÜLLER", "Muller", "müLLer gross", "gross Bäck"])
def test_spellings_find_each_other(asked: str) -> None:
    make_actor("Bäckerei Müller & Groß")
    make_actor("Metzgerei Meier")
    found = holding(Actor.objects.all(), asked, "name", "town")
    assert [actor.name for actor in found] == ["Bäckerei Müller & Groß"]


@pytest.mark.parametrize(
    ("asked", "fits"), [("ki", False), ("ski", True), ("kizz", True), ("%", False), ("_", False)]
)
def test_short_words_begin_a_word_and_signs_are_no_wildcards(asked: str, fits: bool) -> None:
    make_actor("Skizzen")
    assert holding(Actor.objects.all(), asked, "name").exists() is fits


def test_no_word_is_found_across_two_columns() -> None:
    make_actor("Haus", town="Kleve")
    assert not holding(Actor.objects.all(), "hauskleve", "name", "town").exists()
    assert holding(Actor.objects.all(), "haus kleve", "name", "town").exists()


def test_questions_have_limits() -> None:
    assert words_of("A\x00e " * 3 + " ".join(f"w{n}" for n in range(40))) == [
        ("a", "ae"), *((f"w{n}", f"w{n}") for n in range(7))
    ]  # fmt: skip
