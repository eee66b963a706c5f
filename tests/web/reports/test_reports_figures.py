"""Figures are right, withheld ones cannot be computed back, what was handed in stays."""

from __future__ import annotations

from collections import Counter as Counts
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from factories.report_attack import Attack, place_of, printed
from factories.report_sql import Counter
from factories.reports import make_life
from steiger.engines.reporting.freezing import spot_from_json
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.writing.document import Prose
from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.models import Case, CaseEntry, Firm
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.documents import (
    ReportError,
    counted,
    edition_document,
    frozen_book,
)
from steiger.web.reports.domain.queries import compared, intact, redefined
from steiger.web.reports.domain.templates import fitting, template
from steiger.web.reports.domain.writing import NotNow, create_report, hand_in
from steiger.web.reports.models import Edition, Report


def make_edition(period: str) -> Edition:
    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of(period), by=audit.SYSTEM)
    # The invented life has all its days already, also where the year is not over.
    return hand_in(report=report, by=audit.SYSTEM, early=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_equals_the_raw_tables(db: None, seed: int) -> None:
    make_life(seed, entries=300)
    forget_vocabulary()
    edition = make_edition("2026")
    book = frozen_book(edition)
    spots = [spot_from_json(spot) for spot in edition.content["spots"]]
    with connection.cursor() as cursor:
        raw = Counter(cursor)
    assert len(spots) > 100
    wrong = {
        spot: (book.figure(spot), raw.figure(spot.indicator, spot.period.key, spot.where))
        for spot in spots
        if book.figure(spot) != raw.figure(spot.indicator, spot.period.key, spot.where)
    }
    assert wrong == {}


def test_every_indicator_opens_to_its_rows(life: None) -> None:
    period = Period.of("2026")
    for declared in all_declared().values():
        rows = list(declared.rows(period))
        assert len({row.key for row in rows}) == len(rows)
        if not declared.about.stock:
            assert all(row.on in period for row in rows)
        dimensions = {d.key for d in declared.about.dimensions}
        assert all(set(row.values) <= dimensions for row in rows)


@pytest.mark.parametrize("seed", [3, 4])
def test_nobody_computes_back_what_two_reports_withhold(db: None, seed: int) -> None:
    make_life(seed, entries=160)
    forget_vocabulary()
    editions = [make_edition("2026-H1"), make_edition("2026")]
    documents = [edition_document(edition, "de") for edition in editions]
    attacked = 0
    for indicator in ("consultations", "outcomes", "answers", "partners"):
        cells = printed(documents, indicator)
        attack = Attack([c for c in cells if c.first >= "2026"])
        year = frozen_book(editions[1])
        places = {place_of(s) for d in documents for s in d.spots if s.indicator == indicator}
        # What nobody printed, but what half-year and year give by subtraction.
        places |= {("2026-07", "2026-12", where) for _first, _last, where in places}
        rows = year.counted(indicator, Period.of("2026"))
        true = {
            place: sum(
                place[0] <= f"{row.on:%Y-%m}" <= place[1]
                and all(value in row.value(name) for name, value in place[2])
                for row in rows
            )
            for place in sorted(places)
            if place[0] >= "2026"
        }
        small = {place: count for place, count in true.items() if 0 < count < 5}
        for place in list(small)[::3]:
            low, high = attack.bounds(*place)
            assert high >= 5 - 1e-6, (indicator, place, small[place], low, high)
            assert high - low >= 4 - 1e-6, (indicator, place, small[place], low, high)
            attacked += 1
    assert attacked > 10


def test_no_small_count_is_printed(life: None) -> None:
    for language in ("de", "en"):
        document = edition_document(make_edition("2026-H1"), language)
        personal = {key for key, d in all_declared().items() if d.about.personal}
        small = [
            cell
            for grid in document.grids
            for row in grid.rows
            for cell in row
            if cell.spot and cell.spot.indicator in personal and cell.value in {1, 2, 3, 4}
        ]
        assert small == []


def test_erasing_a_firm_changes_no_figure(life: None) -> None:
    def rows() -> list[tuple[str, str]]:
        found = all_declared()["enquiries"].rows(Period.of("2026"))
        return sorted((row.key, row.value("district")[0]) for row in found)

    before = rows()
    of_the_map = Firm.objects.filter(
        municipality="",
        cases__entries__kind="enquiry",
        cases__entries__happened_at__range=("2026-02-01T00:00Z", "2026-12-01T00:00Z"),
    ).first()
    assert of_the_map is not None
    assert of_the_map.actor is not None
    for firm in Firm.objects.all():
        erase_firm(firm=firm, by=audit.SYSTEM)
    assert rows() == before
    assert {district for _key, district in before} > {of_the_map.actor.district}


def test_a_firm_with_an_application_in_use_counts_once_and_no_other_answer_does(life: None) -> None:
    CaseEntry.objects.filter(kind="outcome").delete()
    case, other = Case.objects.order_by("pk")[:2]
    said = [
        (case, "2026-02-01", "not_begun"),
        (case, "2026-03-01", "in_use"),
        (case, "2026-08-01", "in_use"),
        (other, "2026-02-01", "trying"),
        (other, "2026-02-02", "planned"),
        (other, "2026-02-03", "decided_against"),
        (other, "2026-08-01", ""),
    ]
    for number, (whose, day, result) in enumerate(said):
        at = datetime.fromisoformat(f"{day}T12:00+00:00")
        source = f"said/{number}"
        CaseEntry.objects.create(
            case=whose, kind="outcome", happened_at=at, room="x", source=source, result=result
        )

    def counted_in(key: str, period: str, dimension: str) -> dict[str, int]:
        rows = all_declared()[key].rows(Period.of(period))
        return dict(Counts(row.value(dimension)[0] for row in rows))

    size = case.firm.size
    assert counted_in("outcomes", "2026-H1", "size") == {size: 1}
    assert counted_in("outcomes", "2026-H2", "size") == {}
    assert counted_in("outcomes", "2026", "size") == {size: 1}
    assert counted_in("answers", "2026-H1", "result") == dict.fromkeys(
        ("not_begun", "in_use", "trying", "planned", "decided_against"), 1
    )
    assert counted_in("answers", "2026-H2", "result") == {"in_use": 1, "": 1}


def test_what_was_handed_in_stays(report: Report) -> None:
    edition = hand_in(report=report, by=audit.SYSTEM)
    before = edition_document(edition, "de"), bytes(edition.pdf_de)
    assert all(difference.same for difference in compared(edition))
    talks = CaseEntry.objects.filter(
        kind="talk", happened_at__year=2026, happened_at__month__lte=6
    ).order_by("pk")
    gone, moved = talks[0], talks[1]
    Firm.objects.filter(pk=moved.case.firm_id).update(size="large", sector="c")
    gone.delete()
    chapter = report.chapters.get(position=1)
    chapter.text_de = "Anders."
    chapter.save()
    edition = Edition.objects.get(pk=edition.pk)
    assert (edition_document(edition, "de"), bytes(edition.pdf_de)) == before
    assert intact(edition)
    whole = next(
        d
        for d in compared(edition)
        if d.spot.indicator == "consultations"
        and not d.spot.where
        and d.spot.period.key == "2026-H1"
    )
    assert (whole.now, len(whole.removed), whole.added) == (whole.then - 1, 1, ())
    assert str(moved.pk) in whole.altered


def test_a_definition_that_changed_since_is_told(report: Report) -> None:
    edition = hand_in(report=report, by=audit.SYSTEM)
    assert redefined(edition) == []
    for frozen in edition.frozen.filter(indicator="outcomes"):
        frozen.definition["definition"]["de"] = "Jedes Ergebnis."
        frozen.save()
    assert [about.key for about in redefined(edition)] == ["outcomes"]


def test_a_change_in_the_database_is_noticed(report: Report) -> None:
    edition = hand_in(report=report, by=audit.SYSTEM)
    frozen = edition.frozen.filter(indicator="consultations").order_by("-period_key").first()
    assert frozen is not None
    frozen.rows = frozen.rows[1:]
    frozen.save()
    assert not intact(edition)


def test_what_was_not_collected_a_year_before_is_said(report: Report) -> None:
    made = counted(report)
    before = {s for s in made.uncollected if s.indicator == "consultations"}
    assert {s.period.key for s in before} == {"2025-H1"}
    assert not any(s.period.key == "2025-H1" for s in made.spots)
    edition = hand_in(report=report, by=audit.SYSTEM)
    key_figures = next(
        g for g in edition_document(edition, "de").grids if g.caption == "Die Plattform in Zahlen"
    )
    assert {(row[2].text, row[3].text) for row in key_figures.rows} == {("nicht erhoben", "–")}
    words = [
        "".join(run.text for run in part.runs)
        for part in edition_document(edition, "de").parts
        if isinstance(part, Prose)
    ]
    assert any("Ein Jahr zuvor: nicht erhoben, Veränderung: –." in text for text in words)


def test_an_edition_of_an_older_version_keeps_what_it_told(report: Report) -> None:
    edition = hand_in(report=report, by=audit.SYSTEM)
    del edition.content["uncollected"]
    cells = [c for g in edition_document(edition, "de").grids for row in g.rows for c in row]
    assert not any(cell.uncollected for cell in cells)
    assert any(cell.spot and cell.spot.period.key == "2025-H1" for cell in cells)


def test_before_its_period_is_over_a_report_is_handed_in_only_knowingly(life: None) -> None:
    chosen = template("halbjahr")
    assert chosen is not None
    ahead = Period.of(f"{timezone.localdate().year + 1}")
    report = create_report(template=chosen, period=ahead, by=audit.SYSTEM)
    with pytest.raises(NotNow, match="runs until"):
        hand_in(report=report, by=audit.SYSTEM)
    assert not Edition.objects.exists()
    edition = hand_in(report=report, by=audit.SYSTEM, early=True)
    assert ", gezählt bis " in dict(edition_document(edition, "de").facts)["Zeitraum"]


def test_correction_is_a_new_edition(report: Report) -> None:
    first = hand_in(report=report, by=audit.SYSTEM)
    with pytest.raises(NotNow):
        hand_in(report=report, by=audit.SYSTEM)
    second = hand_in(report=report, by=audit.SYSTEM, reason="Ein Wort fehlte.")
    assert (first.number, second.number, second.reason) == (1, 2, "Ein Wort fehlte.")
    facts = dict(edition_document(second, "de").facts)
    assert facts["Grund der Korrektur"] == "Ein Wort fehlte."
    assert facts["Zeitraum"] == "1. Januar 2026 bis 30. Juni 2026"


def test_problems_name_chapter_and_line(report: Report) -> None:
    chapter = report.chapters.get(position=2)
    chapter.text_de = "Gut\n\n::chart x"
    chapter.text_en = "{{nothing_such}}"
    chapter.save()
    with pytest.raises(ReportError) as error:
        counted(report)
    assert [(t, n) for t, n, _ in error.value.problems] == [(chapter.title_de, 3)]


def test_template_leaves_out_what_is_not_counted() -> None:
    text = (
        "## A\n\nEs gab {{unicorns}}.\n\n## B\n\n::figures consultations, unicorns | Titel\n\n"
        "### C\n\n::table unicorns by size\n"
    )
    assert fitting(text) == "## B\n\n::figures consultations | Titel\n"


def test_both_languages_ask_for_the_same() -> None:
    from steiger.web.reports.domain.templates import asks_for, templates

    for found in templates():
        for chapter in found.chapters:
            assert asks_for(chapter.text_de) == asks_for(chapter.text_en)
