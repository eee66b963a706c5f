"""What a firm needs: its words, the topics that they speak of, how and where it wants to talk."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from django.conf import settings

from steiger.engines.advice import Match, Topic, TopicFinder
from steiger.regions import load_region
from steiger.regions.advice import load_advice
from steiger.web.advice.models import Format
from steiger.web.directory.domain.vocabulary_cache import vocabulary

MOST_TOPICS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A wish for a consultation.

    Attributes:
        words: in the firm's own words.
        topics: what they speak of, the clearest first.
        language: of the talk.
        format: how to meet.
        ags: municipality of the firm, or empty.
    """

    words: str
    language: str
    format: Format
    topics: tuple[Match, ...] = ()
    ags: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the topics."""
        return tuple(match.key for match in self.topics)


def need_of(*, words: str, language: str, format_: str, ags: str = "") -> Need:
    """The need with the topics that its words speak of."""
    return Need(
        words=words.strip(),
        language=language,
        format=Format(format_),
        topics=topics_in(words),
        ags=ags,
    )


_lock = Lock()
_finder: tuple[tuple[str, tuple[int, ...]], TopicFinder] | None = None


def topics_in(text: str) -> tuple[Match, ...]:
    """Topics of the region's vocabularies that a text speaks of."""
    return _current_finder().find(text, MOST_TOPICS)


def _current_finder() -> TopicFinder:
    global _finder  # noqa: PLW0603 - built anew only when a vocabulary changed
    words = vocabulary()
    version = (settings.REGION, words.version)
    with _lock:
        if _finder is None or _finder[0] != version:
            everyday = load_advice(settings.REGION).everyday
            topics = [
                Topic(
                    key=word.key,
                    names=(word.label_de, word.label_en, *word.synonyms),
                    everyday=everyday.get(word.key, ()),
                    description=f"{word.description_de} {word.description_en}",
                )
                for word in words.facet("topic").values()
                if word.active
            ]
            groups = load_region(settings.REGION).synonyms
            _finder = (version, TopicFinder(topics, groups))
        return _finder[1]
