"""What everyone reads."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.models import RoleName
from steiger.web.communities.domain.queries import live_notes, shown_questions
from steiger.web.communities.interfaces.pages import (
    community_context,
    frame,
    list_context,
    note_rows,
    proposals,
    question_rows,
    who,
)
from steiger.web.communities.models import Community, Note

PER_PAGE = 15


@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """All communities."""
    context = list_context() | {"may_begin": may(request.user, RoleName.MODERATOR)}
    return render(request, "communities/list.html", context)


@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, for whom, when one meets, what was written last, how to join."""
    found = get_object_or_404(Community, slug=slug)
    context = frame(request, found, "community") | community_context(found)
    return render(request, "communities/community.html", context)


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Questions with their answers, the newest first."""
    found = get_object_or_404(Community, slug=slug)
    asked = shown_questions(found)
    q = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    if q:
        asked = asked.filter(title__icontains=q) | asked.filter(text__icontains=q)
    page = Paginator(asked.distinct(), PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request, found, "questions")
    context |= {"page_obj": page, "rows": question_rows(page), "q": q}
    return render(request, "communities/questions.html", context)


@require_safe
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """Who seeks, who offers."""
    found = get_object_or_404(Community, slug=slug)
    context = frame(request, found, "notes") | {
        "seeks": note_rows(found, Note.Kind.SEEKS),
        "offers": note_rows(found, Note.Kind.OFFERS),
    }
    return render(request, "communities/notes.html", context)


@require_safe
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One note; if it seeks, whom it fits and why."""
    found = get_object_or_404(Community, slug=slug)
    shown = get_object_or_404(live_notes(found), pk=pk)
    context = frame(request, found, "notes") | {"note": shown, "who": who(shown.member)}
    if shown.kind == Note.Kind.SEEKS:
        context["proposals"] = proposals(shown)
    return render(request, "communities/note.html", context)
