"""How the values of dimensions are called, in the order of their vocabularies."""

from __future__ import annotations

import json
from functools import cache

from django.conf import settings
from django.utils.translation import override

from steiger.engines.reporting.drawing.areas import Shape, shapes
from steiger.engines.reporting.indicators import Labels
from steiger.engines.reporting.words import Text
from steiger.regions import load_region
from steiger.web.cases.models import CaseEntry
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.flood.models import Network

#: Dimension → vocabulary.
_VOCABULARIES = {"size": "size", "sector": "sector", "category": "category", "role": "role"}
_TOPICS = ("method", "technology")


def labels() -> Labels:
    """Labels of every dimension whose values this installation knows."""
    words = vocabulary().words.values()
    found: dict[str, dict[str, Text]] = {
        dimension: {w.key: Text(w.label_de, w.label_en) for w in words if w.vocabulary == name}
        for dimension, name in _VOCABULARIES.items()
    }
    found["topic"] = {w.key: Text(w.label_de, w.label_en) for w in words if w.vocabulary in _TOPICS}
    region = load_region(settings.REGION)
    found["district"] = {
        ags: Text(d.display_name, d.display_name) for ags, d in region.districts.items()
    }
    found["result"] = {result.value: _both(result.label) for result in CaseEntry.Result}
    found["network"] = {
        n.key: Text(n.name_de or n.key, n.name_en or n.key) for n in Network.objects.all()
    }
    return found


def _both(words: object) -> Text:
    """A text of the catalogues in both languages."""
    with override("de"):
        german = str(words)
    with override("en"):
        return Text(german, str(words))


def districts() -> tuple[Shape, ...]:
    """The region's districts for maps."""
    return _districts(settings.REGION)


@cache
def _districts(region: str) -> tuple[Shape, ...]:
    path = load_region(region).geo.districts
    return shapes(json.loads(path.read_text(encoding="utf-8")))
