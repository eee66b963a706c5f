"""Titles and periods in the reader's language, and the way back."""

from __future__ import annotations

from django import template

from steiger.web.reports.interfaces.words import language
from steiger.web.reports.models import Chapter, Report

register = template.Library()


@register.filter
def title_of(thing: Report | Chapter) -> str:
    """The title in the reader's language; the German one where there is no other."""
    return (language() == "en" and thing.title_en) or thing.title_de


@register.filter
def period_of(report: Report) -> str:
    """The period as people write it."""
    return report.period.label(language())


@register.simple_tag
def period_label(report: Report) -> str:
    """The same, to be kept under a name."""
    return period_of(report)


@register.simple_tag
def crumbs(*parts: str) -> list[tuple[str, str]]:
    """Label and address by turns; the last label is the page itself."""
    labels, urls = parts[::2], parts[1::2]
    return [(label, urls[i] if i < len(urls) else "") for i, label in enumerate(labels)]
