"""A random year: are all figures right, does each open to its rows, is what is withheld safe?

    python benchmarks/reports/figures.py [--entries 2000] [--seed 5] [--attacks 60]

Makes an empty installation with two invented years, hands in the half-year and the year, and
- counts every figure of both once more from raw tables, by SQL over sqlite3, without the product;
- opens every figure's page of rows and counts the lines;
- plays a reader who has all tables of both reports and solves for the withheld cells (a joint
  table of all dimensions and months, linear programming); with what is withheld for being small
  alone, and with all that is withheld;
- changes the data, and looks whether an edition stays as it was.
Prints JSON; ends with 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
INDICATORS = ("consultations", "outcomes", "answers", "partners", "use_cases", "funding", "trials")


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--attacks", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "STEIGER_DATA_DIR": folder,
            "STEIGER_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        result = run(asked)
    print(json.dumps(result, indent=2))
    return 0 if result["kept"] else 1


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of this benchmark."""
    import django

    django.setup()
    from django.core.management import call_command

    from factories.reports import make_life

    call_command("migrate", verbosity=0)
    make_life(asked.seed, entries=asked.entries, actors=400)
    began = time.perf_counter()
    editions = [hand_in_template(period) for period in ("2026-H1", "2026")]
    took = time.perf_counter() - began
    result: dict[str, Any] = {
        "entries": asked.entries,
        "seed": asked.seed,
        "two_reports_handed_in_s": round(took, 1),
    }
    result |= recounted(editions)
    result |= opened(editions)
    result |= attacked(editions, asked)
    result |= frozen(editions[0])
    result["kept"] = (
        not result["figures_wrong"]
        and not result["figures_whose_rows_differ"]
        and not result["small_cells_given_away"]
        and result["edition_unchanged_after_edits"]
    )
    return result


def hand_in_template(period: str) -> Any:
    """The ready template, handed in."""
    from steiger.engines.reporting.periods import Period
    from steiger.web.accounts.domain import audit
    from steiger.web.reports.domain.templates import template
    from steiger.web.reports.domain.writing import create_report, hand_in, publish

    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of(period), by=audit.SYSTEM)
    edition = hand_in(report=report, by=audit.SYSTEM, early=True)
    publish(edition=edition, by=audit.SYSTEM)
    return edition


class Raw:
    """sqlite3 with the placeholders of the tests."""

    def __init__(self, path: str) -> None:
        self.cursor = sqlite3.connect(f"file:{path}?mode=ro", uri=True).cursor()

    def execute(self, sql: str, params: Any = ()) -> Any:
        """Ask."""
        return self.cursor.execute(sql.replace("%s", "?"), params)

    def fetchall(self) -> list[Any]:
        """All rows."""
        return self.cursor.fetchall()


def recounted(editions: list[Any]) -> dict[str, Any]:
    """Every figure beside the same figure from raw tables."""
    from django.conf import settings

    from factories.report_sql import Counter
    from steiger.engines.reporting.freezing import spot_from_json
    from steiger.web.reports.domain.documents import frozen_book

    raw = Counter(Raw(str(settings.DATABASES["default"]["NAME"])))
    wrong = count = 0
    for edition in editions:
        book = frozen_book(edition)
        for spot in map(spot_from_json, edition.content["spots"]):
            count += 1
            wrong += book.figure(spot) != raw.figure(spot.indicator, spot.period.key, spot.where)
    return {"figures_recounted": count, "figures_wrong": wrong}


def opened(editions: list[Any]) -> dict[str, Any]:
    """Every figure's page of rows."""
    from django.test import Client

    from steiger.engines.reporting.freezing import spot_from_json
    from steiger.web.accounts.domain import audit
    from steiger.web.accounts.domain.people import create_person, grant_role
    from steiger.web.reports.domain.documents import frozen_book
    from steiger.web.reports.interfaces.words import spot_query

    user = create_person(email="officer@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="moderator", by=audit.SYSTEM, reason="benchmark")
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    differ = count = 0
    for edition in editions:
        book = frozen_book(edition)
        for spot in map(spot_from_json, edition.content["spots"]):
            page = browser.get(f"{edition.get_absolute_url()}zeilen/?{spot_query(spot)}")
            text = page.content.decode()
            said = re.search(r'<span class="st-figure">([\d.]+)</span>', text)
            lines = text.count('<th class="st-nowrap" scope="row">')
            figure = int(said.group(1).replace(".", "")) if said else -1
            count += 1
            differ += not (figure == lines == book.figure(spot))
    return {"figures_opened": count, "figures_whose_rows_differ": differ}


def attacked(editions: list[Any], asked: argparse.Namespace) -> dict[str, Any]:
    """Small cells that a reader of all tables narrows down; with and without our secondary ones."""
    from factories.report_attack import Attack, Cell, place_of, printed
    from steiger.engines.reporting.periods import Period
    from steiger.web.reports.domain.documents import edition_document, frozen_book

    documents = [edition_document(edition, "de") for edition in editions]
    rows_of = frozen_book(editions[1])
    rng = random.Random(asked.seed)
    tried = given_away = naive = withheld = shown = 0
    for indicator in INDICATORS:
        cells = [c for c in printed(documents, indicator) if c.first >= "2026"]
        rows = rows_of.counted(indicator, Period.of("2026"))
        places = {place_of(s) for d in documents for s in d.spots if s.indicator == indicator}
        places = {place for place in places if place[0] >= "2026"}
        places |= {("2026-07", "2026-12", where) for _first, _last, where in places}

        def true(
            first: str, last: str, where: tuple[tuple[str, str], ...], rows: Any = rows
        ) -> int:
            return sum(
                first <= f"{row.on:%Y-%m}" <= last and all(v in row.value(n) for n, v in where)
                for row in rows
            )

        small = sorted(place for place in places if 0 < true(*place) < 5)
        withheld += sum(c.value is None for c in cells)
        shown += sum(c.value is not None for c in cells)
        attack = Attack(cells)
        counts = [true(c.first, c.last, c.where) for c in cells]
        primary_only = Attack(
            [
                Cell(c.first, c.last, c.where, None if 0 < n < 5 else n)
                for c, n in zip(cells, counts, strict=True)
            ]
        )
        for place in rng.sample(small, min(len(small), asked.attacks // len(INDICATORS))):
            tried += 1
            given_away += not hides(*attack.bounds(*place))
            naive += not hides(*primary_only.bounds(*place))
    return {
        "cells_printed": shown,
        "cells_withheld": withheld,
        "small_cells_attacked": tried,
        "small_cells_given_away": given_away,
        "given_away_if_only_small_ones_were_withheld": naive,
    }


def hides(low: float, high: float) -> bool:
    """Whether a reader must still think of 5 or more, and is unsure by 4 at least."""
    return high >= 5 - 1e-6 and high - low >= 4 - 1e-6


def frozen(edition: Any) -> dict[str, Any]:
    """An edition after the data has changed."""
    from steiger.web.cases.models import CaseEntry, Firm
    from steiger.web.reports.domain.documents import edition_document
    from steiger.web.reports.domain.queries import compared, intact
    from steiger.web.reports.models import Edition

    before = edition_document(edition, "de"), bytes(edition.pdf_de)
    CaseEntry.objects.filter(pk__in=CaseEntry.objects.values("pk")[:100]).delete()
    Firm.objects.update(size="large", name="")
    again = Edition.objects.get(pk=edition.pk)
    same = (edition_document(again, "de"), bytes(again.pdf_de)) == before and intact(again)
    differ = sum(not difference.same for difference in compared(again))
    return {"edition_unchanged_after_edits": same, "figures_that_differ_today": differ}


if __name__ == "__main__":
    sys.exit(main())
