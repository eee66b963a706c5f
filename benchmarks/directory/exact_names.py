"""Names exactly as listed: how many `match` finds, and what it finds for strangers.

700 active organisations of 13 countries are drawn by chance and asked for by name, by name and
country, and by name, town and country, against all 51,370. "wrong" are texts that are answered with
another organisation only. Then 1,500 are asked for that the pool lacks (half of it is taken out, by
a checksum of the id): every answer is a false one.

    python benchmarks/directory/exact_names.py
"""

from __future__ import annotations

import json
import random
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from matching_pool import world

from steiger.engines.directory.matching import Matcher, Organisation

COUNT, STRANGERS, SEED = 700, 1_500, 5
COUNTRIES = {
    "AT": "Austria", "CA": "Canada", "CH": "Switzerland", "CN": "China", "DE": "Germany",
    "ES": "Spain", "FR": "France", "GB": "United Kingdom", "IN": "India", "IT": "Italy",
    "JP": "Japan", "NL": "Netherlands", "US": "USA",
}  # fmt: skip
WAYS: dict[str, Callable[[Organisation], str]] = {
    "name": lambda one: one.name,
    "name, country": lambda one: f"{one.name}, {COUNTRIES[one.country]}",
    "name, town, country": lambda one: f"{one.name}, {one.town}, {COUNTRIES[one.country]}",
    "name, town, code": lambda one: f"{one.name}, {one.town}, {one.country}",
}


def asked(matcher: Matcher, some: list[Organisation]) -> dict[str, Any]:
    """Share found of all and of each kind, and the number of wrong answers, in each way to ask."""
    result: dict[str, Any] = {}
    for way, text in WAYS.items():
        total, found, wrong = Counter[str](), Counter[str](), 0
        for one in some:
            ids = {match.id for match in matcher.match(text(one))}
            for kind in ("all", *one.types[:1]):
                total[kind] += 1
                found[kind] += one.id in ids
            wrong += bool(ids) and one.id not in ids
        shares = {kind: round(found[kind] / number, 3) for kind, number in total.items()}
        result[way] = {"found": shares, "wrong": wrong}
    return result


def main() -> None:
    """Ask for those who are there, and for those who are not."""
    organisations = world()
    known = [one for one in organisations if one.active and one.country in COUNTRIES]
    here = random.Random(SEED).sample(known, COUNT)
    result: dict[str, Any] = {"organisations": len(organisations), "asked": len(here)}
    result["there"] = asked(Matcher.build(organisations), here)
    half = Matcher.build(one for one in organisations if zlib.crc32(one.id.encode()) % 2)
    gone = [one for one in known if not zlib.crc32(one.id.encode()) % 2]
    strangers = random.Random(SEED).sample(gone, STRANGERS)
    result["strangers"] = {
        way: sum(bool(half.match(text(one))) for one in strangers) for way, text in WAYS.items()
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
