"""The editors' desk: the queue, one submission, deciding, taking back."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor as Person
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.curation.domain import decisions, queue
from steiger.web.curation.interfaces.desk_pages import (
    decided_context,
    error_words,
    item_context,
    queue_context,
)
from steiger.web.curation.models import Decision, Submission
from steiger.web.directory.interfaces.statement_words import slot_words

PER_PAGE = 25
ACTS: dict[str, Callable[..., Decision]] = {
    "accept": decisions.accept,
    "reject": decisions.reject,
    "ask": decisions.ask,
}


def _kind(request: HttpRequest) -> str:
    given = request.POST.get("art") or request.GET.get("art") or ""
    return given if given in Submission.Kind.values else ""


def _person(request: HttpRequest) -> Person:
    return Person.of(request.user, RoleName.MODERATOR)


def _way(view: str, kind: str, *args: object, **query: object) -> str:
    if kind:
        query["art"] = kind
    told = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"curation:{view}", args=args) + (f"?{told}" if told else "")


@require_safe
@role_required(RoleName.MODERATOR)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    kind = _kind(request)
    page = Paginator(queue.waiting(kind), PER_PAGE).get_page(request.GET.get("page"))
    context = queue_context(kind, page, _person(request))
    return render(request, "curation/desk.html", context | _just_decided(request))


@require_safe
@role_required(RoleName.MODERATOR)
def item(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """One submission: what it says, what shows it, and the three ways to decide."""
    row = get_object_or_404(
        Submission.objects.select_related("actor", "source", "user"), pk=submission
    )
    context = item_context(row, _kind(request))
    return render(request, "curation/item.html", context | _just_decided(request))


@require_safe
@role_required(RoleName.MODERATOR)
def decided(request: HttpRequest) -> HttpResponse:
    """What was decided lately, each with the way to take it back."""
    rows = Decision.objects.select_related("submission").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "curation/decided.html", decided_context(page))


@require_POST
@role_required(RoleName.MODERATOR)
def decide(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Accept, reject or ask; goes on to the next in the queue."""
    row, given, kind = get_object_or_404(Submission, pk=submission), request.POST, _kind(request)
    outcome = given.get("outcome", "")
    if outcome not in ACTS:
        return redirect(_way("item", kind, row.pk))
    _earlier, later = queue.neighbours(row, kind)
    how = {"seen": given.get("seen", ""), "keep": given.getlist("keep")}
    try:
        decision = ACTS[outcome](
            row,
            by=_person(request),
            reason=given.get(f"reason_{outcome}", ""),
            words=given.get("words", "")[:4000],
            version=_number(given.get("version")),
            **(how if outcome == "accept" else {}),
        )
    except queue.FAILURES as error:
        messages.error(request, error_words(error))
        return redirect(_way("item", kind, row.pk))
    if later is None:
        return redirect(_way("desk", kind, entschieden=decision.pk))
    return redirect(_way("item", kind, later.pk, entschieden=decision.pk))


@require_POST
@role_required(RoleName.MODERATOR)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one decision back."""
    decision = get_object_or_404(Decision.objects.select_related("submission"), pk=pk)
    try:
        stays = decisions.undo(decision, by=_person(request))
    except queue.FAILURES as error:
        messages.error(request, error_words(error))
        return redirect("curation:decided")
    messages.success(request, _("Taken back: %(name)s") % {"name": decision.submission.title})
    if stays:
        told = {"what": ", ".join(slot_words(slot) for slot in stays)}
        messages.info(request, _("Edited since then, so it stays: %(what)s") % told)
    return redirect("curation:item", decision.submission_id)


@require_POST
@role_required(RoleName.MODERATOR)
def together(request: HttpRequest) -> HttpResponse:
    """Decide alike on all that are ticked."""
    given, kind = request.POST, _kind(request)
    outcome, _colon, reason = given.get("reason", "").partition(":")
    chosen = [pk for pk in given.getlist("chosen") if _is_uuid(pk)]
    if outcome not in ACTS or not chosen:
        messages.error(request, _("Tick at least one line and choose a reason."))
        return redirect(_way("desk", kind))
    rows = Submission.objects.filter(pk__in=chosen)
    done = queue.decide_all(
        [(row, _number(given.get(f"version-{row.pk}"))) for row in rows],
        by=_person(request),
        outcome=outcome,
        reason=reason,
    )
    for row, error in done.failed:
        messages.error(request, f"{row.title}: {error_words(error)}")
    if not done.done:
        return redirect(_way("desk", kind))
    return redirect(_way("desk", kind, zusammen=done.batch))


@require_POST
@role_required(RoleName.MODERATOR)
def undo_together(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Take back what was decided in one act."""
    found = queue.undo_all(batch, by=_person(request))
    for row, error in found.failed:
        messages.error(request, f"{row.title}: {error_words(error)}")
    n = len(found.done)
    told = ngettext("%(n)s decision taken back.", "%(n)s decisions taken back.", n) % {"n": n}
    messages.success(request, told)
    return redirect("curation:desk")


def _just_decided(request: HttpRequest) -> dict[str, object]:
    """What the editor did a moment ago, with the way back."""
    number, batch = request.GET.get("entschieden", ""), request.GET.get("zusammen", "")
    found: dict[str, object] = {}
    if number.isascii() and number.isdigit() and len(number) < 18:
        row = Decision.objects.filter(pk=number, undone_at=None).select_related("submission")
        found["just"] = row.first()
    if _is_uuid(batch):
        n = Decision.objects.filter(batch=batch, undone_at=None).count()
        told = ngettext("Decided on %(n)s.", "Decided on %(n)s.", n) % {"n": n}
        found |= {"batch": batch, "batch_words": told} if n else {}
    return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
