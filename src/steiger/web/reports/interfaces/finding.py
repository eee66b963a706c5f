"""Reports for the staff's search: drafts for those who write them, published ones for all."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import User
from steiger.web.reports.domain.queries import published
from steiger.web.reports.interfaces.words import AUTHORS, language
from steiger.web.reports.models import Chapter, Edition, Report


def _drafts(_person: User, text: str) -> QuerySet[Report]:
    chapters = Chapter.objects.filter(report=OuterRef("pk"))
    words = ("title_de", "title_en", "text_de", "text_en")
    return holding(
        Report.objects.all(),
        text,
        "title_de",
        "title_en",
        "period_key",
        beside=((chapters, words),),
    )


def _draft(report: Report) -> Hit:
    title = report.title_en if language() == "en" and report.title_en else report.title_de
    known = report.period.label(language())
    return Hit(
        kind=_("Report"), title=title, url=report.get_absolute_url(), note=known, state=_("Draft")
    )


def _editions(person: User, text: str) -> QuerySet[Edition]:
    later = published().filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    seen = published().filter(~Exists(later))
    return holding(seen, text, "report__title_de", "report__title_en", "report__period_key")


def _edition(edition: Edition) -> Hit:
    report = edition.report
    title = report.title_en if language() == "en" and report.title_en else report.title_de
    day = date_format(edition.published_at, "DATE_FORMAT") if edition.published_at else ""
    return Hit(
        kind=_("Report"),
        title=title,
        url=edition.get_absolute_url(),
        note=_("published on %(day)s") % {"day": day},
    )


for _searcher in (
    Searcher(
        key="berichte",
        label=gettext_lazy("Reports"),
        place=80,
        rows=_editions,
        hit=_edition,
    ),
    Searcher(
        key="berichtsentwuerfe",
        label=gettext_lazy("Reports in work"),
        place=82,
        roles=AUTHORS,
        rows=_drafts,
        hit=_draft,
    ),
):
    register(_searcher)
