"""What staff do with reports: begin, write, hand in, publish."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from steiger.adapters.report_pdf import as_pdf
from steiger.engines.reporting.freezing import (
    digest,
    indicator_as_json,
    rows_as_json,
    spot_as_json,
)
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.writing.ask import wanted
from steiger.lib.typesetting import fonts_as_ttf
from steiger.web.accounts.domain import audit
from steiger.web.reports.domain.documents import (
    LANGUAGES,
    Counted,
    composed,
    counted,
    frozen_book,
    operator,
)
from steiger.web.reports.domain.labels import labels
from steiger.web.reports.domain.queries import sealed
from steiger.web.reports.domain.templates import Template, fitting
from steiger.web.reports.models import Chapter, Edition, FrozenRows, Report


class NotNow(ValueError):  # noqa: N818 - it says when, not that something broke
    """Something cannot be done in this state of the report."""


def create_report(*, template: Template, period: Period, by: audit.Actor) -> Report:
    """A draft from a template; paragraphs about figures that are not counted here stay out."""
    with transaction.atomic():
        report = Report.objects.create(
            title_de=template.title_de,
            title_en=template.title_en,
            period_key=period.key,
            template=template.key,
        )
        Chapter.objects.bulk_create(
            Chapter(
                report=report,
                position=number,
                title_de=draft.title_de,
                title_en=draft.title_en,
                text_de=fitting(draft.text_de),
                text_en=fitting(draft.text_en),
            )
            for number, draft in enumerate(template.chapters, start=1)
        )
        audit.record(by=by, act="reports.report.create", on=report)
    return report


def rename_report(*, report: Report, title_de: str, title_en: str, by: audit.Actor) -> None:
    """Another title."""
    with transaction.atomic():
        changes = {"title_de": [report.title_de, title_de], "title_en": [report.title_en, title_en]}
        report.title_de, report.title_en = title_de, title_en
        _changed(report, "title_de", "title_en")
        audit.record(by=by, act="reports.report.rename", on=report, changes=changes)


def save_chapter(*, chapter: Chapter, values: dict[str, Any], by: audit.Actor) -> None:
    """New words for a chapter."""
    with transaction.atomic():
        changes = {}
        for name in ("title_de", "title_en", "text_de", "text_en"):
            if values[name] != getattr(chapter, name):
                changes[name] = [len(getattr(chapter, name)), len(values[name])]
                setattr(chapter, name, values[name])
        chapter.save()
        _changed(chapter.report)
        audit.record(by=by, act="reports.chapter.write", on=chapter, changes=changes)


def add_chapter(*, report: Report, title_de: str, by: audit.Actor) -> Chapter:
    """An empty chapter at the end."""
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=report.pk)
        last = report.chapters.aggregate(last=Max("position"))["last"] or 0
        chapter = Chapter.objects.create(report=report, position=last + 1, title_de=title_de)
        _changed(report)
        audit.record(by=by, act="reports.chapter.add", on=chapter)
    return chapter


def move_chapter(*, chapter: Chapter, up: bool, by: audit.Actor) -> None:
    """One place up or down; at the end of the row nothing happens."""
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=chapter.report_id)
        order = list(chapter.report.chapters.all())
        place = order.index(chapter)
        target = place - 1 if up else place + 1
        if not 0 <= target < len(order):
            return
        order[place], order[target] = order[target], order[place]
        for number, each in enumerate(order, start=1):
            Chapter.objects.filter(pk=each.pk).update(position=number)
        _changed(chapter.report)
        audit.record(by=by, act="reports.chapter.move", on=chapter)


def remove_chapter(*, chapter: Chapter, by: audit.Actor) -> None:
    """Take a chapter out of the draft; editions keep theirs."""
    with transaction.atomic():
        audit.record(by=by, act="reports.chapter.remove", on=chapter)
        _changed(chapter.report)
        chapter.delete()


def hand_in(*, report: Report, by: audit.Actor, reason: str = "", early: bool = False) -> Edition:
    """Freeze the draft as the next edition: words, rows, what is withheld, and the PDF.

    Args:
        early: hand in although the period is not over; the edition says until when it counts.

    Raises:
        ReportError: chapters cannot be read.
        NotNow: a correction needs a reason, or the period is not over.
    """
    early_now = report.runs_on(timezone.localdate())
    if early_now and not early:
        raise NotNow(f"The period runs until {report.period.last}.")
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=report.pk)
        number = (report.editions.aggregate(last=Max("number"))["last"] or 0) + 1
        reason = reason.strip()
        if number > 1 and not reason:
            raise NotNow("A correction needs a reason.")
        made = counted(report)
        salt = secrets.token_hex(32)
        frozen = _frozen(made, salt)
        content = _content(made) | ({"early": True} if early_now else {})
        edition = Edition(
            report=report,
            number=number,
            reason=reason if number > 1 else "",
            content=content,
            salt=salt,
            digest=sealed(content, [f.digest for f in frozen], salt),
            handed_in_at=timezone.now(),
        )
        edition.pdf_de, edition.pdf_en = b"", b""
        edition.save()
        for each in frozen:
            each.edition = edition
        FrozenRows.objects.bulk_create(frozen)
        edition.pdf_de, edition.pdf_en = _pdfs(edition)
        edition.save(update_fields=["pdf_de", "pdf_en"])
        audit.record(by=by, act="reports.edition.hand_in", on=edition, reason=reason)
    return edition


def publish(*, edition: Edition, by: audit.Actor) -> None:
    """Let the public read an edition; done twice, it is once."""
    with transaction.atomic():
        found = Edition.objects.select_for_update().get(pk=edition.pk)
        if found.published_at is not None:
            return
        found.published_at = timezone.now()
        found.save(update_fields=["published_at"])
        audit.record(by=by, act="reports.edition.publish", on=found)


def _changed(report: Report, *fields: str) -> None:
    report.changed_at = timezone.now()
    report.save(update_fields=["changed_at", *fields])


def _frozen(made: Counted, salt: str) -> list[FrozenRows]:
    """The rows of every indicator that is shown, in the report's two periods."""
    period = made.written.period
    keys = sorted({want.indicator for want in wanted(made.written.blocks())})
    found = []
    for key in keys:
        for days in (period, period.year_before()):
            rows = rows_as_json(made.book.rows[key, days], salt)
            found.append(
                FrozenRows(
                    indicator=key,
                    period_key=days.key,
                    definition=indicator_as_json(made.book.indicators[key]),
                    rows=rows,
                    digest=digest(rows, salt),
                )
            )
    return found


def _content(made: Counted) -> dict[str, Any]:
    used = {d.key for about in made.book.indicators.values() for d in about.dimensions}
    return {
        "title": made.written.title,
        "period": made.written.period.key,
        "chapters": list(made.written.chapters),
        "operator": operator(),
        # A list of pairs keeps the order; PostgreSQL sorts the keys of objects.
        "labels": [
            [dimension, [[key, [text.de, text.en]] for key, text in values.items()]]
            for dimension, values in labels().items()
            if dimension in used
        ],
        "spots": sorted(spot_as_json(spot) for spot in made.spots),
        "withheld": sorted(spot_as_json(spot) for spot in made.withheld),
        "uncollected": sorted(spot_as_json(spot) for spot in made.uncollected),
    }


def _pdfs(edition: Edition) -> list[bytes]:
    fonts = fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    book = frozen_book(edition)
    return [
        as_pdf(
            composed(
                edition.content,
                book,
                language,
                number=edition.number,
                reason=edition.reason,
                on=timezone.localdate(edition.handed_in_at),
                seal=edition.digest,
            ),
            fonts=fonts,
            made_at=edition.handed_in_at,
            author=edition.content["operator"],
        )
        for language in LANGUAGES
    ]
