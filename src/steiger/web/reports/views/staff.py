"""Where reports are made."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.reports.domain import queries, writing
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.documents import ReportError, draft_document, live_book
from steiger.web.reports.domain.templates import template
from steiger.web.reports.interfaces.files import file_response, written
from steiger.web.reports.interfaces.forms import (
    ChapterForm,
    HandInForm,
    NewChapterForm,
    NewReportForm,
    TitleForm,
)
from steiger.web.reports.interfaces.pages import (
    FORMS,
    catalogue,
    compared_context,
    draft_context,
    rows_context,
)
from steiger.web.reports.interfaces.words import AUTHORS, INDICATOR, PERIOD, language, spot_of
from steiger.web.reports.models import Chapter, Edition, Report


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*AUTHORS)
def reports(request: HttpRequest) -> HttpResponse:
    """All reports, and a new one from a template."""
    form = NewReportForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        chosen = template(form.cleaned_data["template"])
        assert chosen is not None  # noqa: S101 - the form offers templates only
        period = Period.of(form.cleaned_data["period"])
        report = writing.create_report(template=chosen, period=period, by=Actor.of(request.user))
        messages.success(request, _("The draft is ready. Read it, change it, hand it in."))
        return redirect(report)
    return render(request, "reports/reports.html", {"form": form, "reports": queries.reports()})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*AUTHORS)
def edit(request: HttpRequest, report: UUID) -> HttpResponse:
    """A draft with its chapters, and its editions."""
    found = get_object_or_404(queries.reports(), pk=report)
    shown = {"title_de": found.title_de, "title_en": found.title_en}
    form = TitleForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        writing.rename_report(report=found, **form.cleaned_data, by=Actor.of(request.user))
        messages.success(request, _("The title is saved."))
        return redirect(found)
    context = {
        "report": found,
        "form": form,
        "chapter_form": NewChapterForm(),
        "hand_in_form": HandInForm(report=found, today=timezone.localdate()),
    }
    return render(request, "reports/edit.html", context)


@require_POST
@role_required(*AUTHORS)
def add_chapter(request: HttpRequest, report: UUID) -> HttpResponse:
    """A new chapter at the end."""
    found = get_object_or_404(Report, pk=report)
    form = NewChapterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the chapter a title."))
        return redirect(found)
    chapter = writing.add_chapter(
        report=found, title_de=form.cleaned_data["title_de"], by=Actor.of(request.user)
    )
    return redirect("reports:chapter", report=found.pk, pk=chapter.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*AUTHORS)
def chapter(request: HttpRequest, report: UUID, pk: int) -> HttpResponse:
    """A chapter's words."""
    found = get_object_or_404(Chapter.objects.select_related("report"), pk=pk, report=report)
    form = ChapterForm(request.POST or None, initial=_words(found))
    if request.method == "POST" and form.is_valid():
        writing.save_chapter(chapter=found, values=form.cleaned_data, by=Actor.of(request.user))
        messages.success(request, _("The chapter is saved."))
        return redirect(found.report)
    context = {
        "chapter": found,
        "report": found.report,
        "form": form,
        "indicators": catalogue(),
        "language": language(),
    }
    return render(request, "reports/chapter.html", context)


def _words(chapter: Chapter) -> dict[str, str]:
    return {name: getattr(chapter, name) for name in ChapterForm.Meta.fields}


@require_POST
@role_required(*AUTHORS)
def arrange_chapter(request: HttpRequest, report: UUID, pk: int) -> HttpResponse:
    """Move a chapter, or take it out."""
    found = get_object_or_404(Chapter.objects.select_related("report"), pk=pk, report=report)
    by, act = Actor.of(request.user), request.POST.get("act")
    if act == "remove":
        writing.remove_chapter(chapter=found, by=by)
        messages.success(request, _("The chapter is taken out."))
    elif act in {"up", "down"}:
        writing.move_chapter(chapter=found, up=act == "up", by=by)
    return redirect(found.report)


@require_safe
@role_required(*AUTHORS)
def preview(request: HttpRequest, report: UUID) -> HttpResponse:
    """The draft with the figures of today, as it would be handed in."""
    found = get_object_or_404(Report, pk=report)
    try:
        document, _counted = draft_document(found, language())
    except ReportError as error:
        return _problems(request, found, error)
    return render(request, "reports/preview.html", draft_context(found, document))


@require_safe
@role_required(*AUTHORS)
def draft_file(request: HttpRequest, report: UUID, form: str) -> HttpResponse:
    """The draft as a file."""
    if form not in FORMS:
        raise Http404
    found = get_object_or_404(Report, pk=report)
    try:
        document, _counted = draft_document(found, language())
    except ReportError as error:
        return _problems(request, found, error)
    return file_response(written(document, form, timezone.now()), document, form)


@require_POST
@role_required(*AUTHORS)
def hand_in(request: HttpRequest, report: UUID) -> HttpResponse:
    """Freeze the draft."""
    found = get_object_or_404(queries.reports(), pk=report)
    form = HandInForm(request.POST, report=found, today=timezone.localdate())
    if not form.is_valid():
        context = {
            "report": found,
            "form": TitleForm(initial={"title_de": found.title_de, "title_en": found.title_en}),
            "chapter_form": NewChapterForm(),
            "hand_in_form": form,
        }
        return render(request, "reports/edit.html", context, status=422)
    try:
        edition = writing.hand_in(report=found, by=Actor.of(request.user), **form.cleaned_data)
    except ReportError as error:
        return _problems(request, found, error)
    messages.success(request, _("The report is handed in. Its figures no longer change."))
    return redirect(edition)


@require_POST
@role_required(*AUTHORS)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the public read an edition."""
    edition = get_object_or_404(Edition, pk=pk)
    writing.publish(edition=edition, by=Actor.of(request.user))
    messages.success(request, _("The report is public."))
    return redirect(edition)


@require_safe
@role_required(*AUTHORS)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in beside the figures of today."""
    edition = get_object_or_404(Edition.objects.select_related("report"), pk=pk)
    return render(
        request,
        "reports/compare.html",
        compared_context(edition) | {"intact": queries.intact(edition)},
    )


@require_safe
@role_required()
def live_rows(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure of a draft."""
    key = request.GET.get(INDICATOR, "")
    try:
        period = Period.of(request.GET.get(PERIOD, ""))
    except ValueError:
        raise Http404 from None
    if key not in all_declared():
        raise Http404
    book = live_book([key], [period])
    spot = spot_of(request.GET, book)
    if not book.collected(spot):
        raise Http404
    found = queries.opened(book, spot, request.user)
    return render(request, "reports/rows.html", rows_context(found, book, frozen=False))


def _problems(request: HttpRequest, report: Report, error: ReportError) -> HttpResponse:
    lines = [(title, line, text.of(language())) for title, line, text in error.problems]
    context = {"report": report, "problems": lines}
    return render(request, "reports/problems.html", context, status=422)
