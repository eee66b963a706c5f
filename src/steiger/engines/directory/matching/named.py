"""Texts that are the name of one organisation and its address: they mean it, without a model.

The trees have learned from affiliations of scientists, nearly all of universities; whether a firm
is meant they cannot know. Where a text says nothing but a name of the pool, and only one
organisation there has it, there is nothing to weigh.
"""

from __future__ import annotations

from collections.abc import Collection

from steiger.engines.directory.matching.candidates import Candidate
from steiger.engines.directory.matching.features import Scene
from steiger.engines.directory.matching.places import countries
from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.short_forms import own_words
from steiger.engines.directory.matching.words import lexicon

#: What such a name counts as at least. ADR 0045 says how seldom it is another organisation.
SURE = 0.95


def named(scene: Scene) -> list[bool]:
    """Whether each candidate's name, in full or as an acronym with its town, is all the text says.

    An address may follow: places, numbers, and in the country of the seat also other words that are
    no kind of organisation ("Toshiba, Komukai, Japan").
    """
    alone = {
        place
        for place, one in enumerate(scene.candidates)
        if one.exact and scene.pool.active[one.organisation] and _is_alone(place, scene)
    }
    return [
        place in alone and _is_whole_name(one, scene) and _is_only_one(place, alone, scene)
        for place, one in enumerate(scene.candidates)
    ]


def _is_whole_name(one: Candidate, scene: Scene) -> bool:
    """Whether all words of a name stand there, spelled and ordered as in the pool.

    A place is none, nor is what ends in a country of its own: "Roche (Switzerland)" is not "Les
    Roches Switzerland".
    """
    words = scene.names(one)
    return (
        one.exact
        and one.ordered
        and not one.corrected
        and not one.heir
        and bool(scene.pool.active[one.organisation])
        and " ".join(words) not in scene.pool.place_number
        and words not in countries()
        and not any(
            m.whole and one.begin < m.begin and m.end == one.end for m in scene.context.countries
        )
    )


def _is_only_one(place: int, alone: Collection[int], scene: Scene) -> bool:
    """Whether no other organisation of that name fits the text as well, nor a longer name."""
    one, here = scene.candidates[place], scene.around[place]
    # An institute in another town is another one; a firm may be named with any of its towns.
    elsewhere = here.town_differs and lexicon().kinds.intersection(scene.names(one))
    if (
        here.country < 0
        or elsewhere
        or (_is_acronym(one, scene.pool) and not _is_led_to(place, scene))
    ):
        return False
    rivals = [
        (scene.around[other].country, scene.around[other].town)
        for other in scene.rivals(place)
        if other in alone
    ]
    longer = (
        other
        for other in scene.whole_names
        if other.end - other.begin > one.end - one.begin
        and other.begin < one.end
        and one.begin < other.end
        and other.organisation != one.organisation
    )
    return max(rivals, default=(-1, False)) < (here.country, here.town) and not any(
        _is_whole_name(other, scene) for other in longer
    )


def _is_acronym(one: Candidate, pool: Pool) -> bool:
    """Whether the name is an acronym, and not the only name that the organisation shows."""
    shown = pool.labels[int(pool.label[one.name])] == pool.shown[one.organisation]
    return bool(pool.kind[one.name] == 2) and not shown


def _is_led_to(place: int, scene: Scene) -> bool:
    """Whether the town, or a telling word beside the acronym, says whose it is ("Fraunhofer
    IAIS")."""
    one = scene.candidates[place]
    own = own_words(one.organisation, scene.pool) - lexicon().kinds
    return scene.around[place].town or bool({scene.left(one), scene.right(one)} & own)


def _is_alone(place: int, scene: Scene) -> bool:
    """Whether all other words are the organisation's own, or its address."""
    one, words = scene.candidates[place], scene.words
    own, address = own_words(one.organisation, scene.pool), _address(one, scene)
    parts = {words.segments[one.begin], words.segments[one.end - 1]}
    at_home = scene.around[place].country > 0
    for number, word in enumerate(words.words):
        if one.begin <= number < one.end or number in address or word[0].isdigit():
            continue
        if words.segments[number] in parts:
            if word not in own:
                return False
        elif number < one.begin or word in lexicon().kinds or not at_home:
            return False
    return True


def _address(one: Candidate, scene: Scene) -> frozenset[int]:
    """Words of countries and towns. In the name's own part only those of its country: "Utah State
    University" is more than a State University."""
    words, found = scene.words, set[int]()
    parts = {words.segments[one.begin], words.segments[one.end - 1]}
    country = int(scene.pool.country_of[one.organisation])
    for mention in (*scene.context.countries, *scene.context.places):
        inside = mention.end > mention.begin and words.segments[mention.begin] in parts
        if not inside or (mention.place < 0 and country in mention.codes):
            found.update(range(mention.begin, mention.end))
    return frozenset(found)
