"""Representatives tend their entries: my entries, edit with a preview, the people of an entry."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.accounts.models import User
from steiger.web.curation.domain import editing, representing
from steiger.web.curation.domain.representing import RepresentationError
from steiger.web.curation.interfaces.entry_form import EntryForm, Meanwhile
from steiger.web.curation.interfaces.entry_pages import (
    error_words,
    mine_context,
    people_context,
    preview,
    resumed_fields,
)
from steiger.web.curation.interfaces.entry_values import read_entry
from steiger.web.curation.interfaces.submitting_forms import InvitationForm
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.models import Actor

EDIT, PREVIEW = "curation/self/edit.html", "curation/self/preview.html"


def _language() -> str:
    return (get_language() or "de")[:2]


def _own(request: HttpRequest, slug: str) -> tuple[Actor, User]:
    """An entry for which the person speaks; for everybody else there is no such page."""
    user = signed_in(request)
    actor = get_object_or_404(Actor, slug=slug, state=Actor.State.PUBLISHED)
    if not representing.represents(user, actor):
        raise Http404
    return actor, user


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What a person speaks for, and what of hers waits."""
    return render(request, "curation/self/mine.html", mine_context(signed_in(request), _language()))


# --- editing ------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit, look at the difference, send. Nothing is written before it was looked at."""
    actor, user = _own(request, slug)
    entry = read_entry(actor)
    if request.method != "POST":
        pending, begin = resumed_fields(actor, user, entry)
        return _edit(request, EntryForm(entry, begin=begin), pending=pending)
    form = EntryForm(entry, request.POST)
    meanwhile = form.meanwhile()
    if meanwhile is None or meanwhile:
        return _edit(request, form, meanwhile=meanwhile or [], status=409)
    if request.POST.get("act") == "back" or not form.is_valid():
        return _edit(request, form, status=400 if form.errors else 200)
    return _send(request, form, user) if request.POST.get("act") == "send" else _show(request, form)


def _edit(
    request: HttpRequest,
    form: EntryForm,
    *,
    pending: Submission | None = None,
    meanwhile: list[Meanwhile] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "actor": form.entry.actor,
        "form": form,
        "pending": pending,
        "meanwhile": meanwhile,
        "is_stale": status == 409,
        "topics": form.terms("topics"),
        "sectors": form.terms("sectors"),
        "links_open": any(field.errors or field.value() for field in form.links()),
        "numbers_open": any(field.errors for field in form.numbers()),
    }
    return render(request, EDIT, context, status=status)


def _show(request: HttpRequest, form: EntryForm) -> HttpResponse:
    forget = form.cleaned_data["forget_name"]
    live, waiting = preview(form.entry, form.statements(), forget_name=forget)
    words = form.cleaned_data["words"].strip()
    pending = editing.pending_of(form.entry.actor, signed_in(request))
    if not (live or waiting or words or pending):
        messages.info(request, _("Nothing differs from what the page shows."))
        return _edit(request, form)
    sent = [
        (name, text)
        for name, texts in form.data.lists()  # type: ignore[attr-defined]  # it is bound
        if name not in {"csrfmiddlewaretoken", "act"}
        for text in texts
    ]
    context = {
        "actor": form.entry.actor,
        "live": live,
        "waiting": waiting,
        "words": words,
        "pending": pending,
        "sent": sent,
    }
    return render(request, PREVIEW, context)


def _send(request: HttpRequest, form: EntryForm, user: User) -> HttpResponse:
    actor, given = form.entry.actor, form.cleaned_data
    try:
        result = editing.submit_edit(
            actor=actor,
            values=form.statements(),
            by=user,
            via="page",
            forget_name=given["forget_name"],
            seen=editing.mark_of(form.entry.own),
            words=given["words"],
            language=_language(),
        )
    except editing.MeanwhileError:  # within the last moment
        fresh = EntryForm(read_entry(actor), request.POST)
        return _edit(request, fresh, meanwhile=fresh.meanwhile() or [], status=409)
    except editing.EditError as error:
        if error.code != "no_name":
            raise Http404 from error
        form.add_error("name", _("An entry needs a name."))
        return _edit(request, form, status=400)
    name = {"name": actor.name}
    if result.live:
        messages.success(request, _("On the map now: “%(name)s”.") % name)
    if result.submission:
        messages.success(request, _("The editors look at the rest, and write to you."))
    if not (result.live or result.submission):
        messages.success(request, _("Your waiting change is taken back."))
    return redirect("curation:mine")


# --- people -------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who speaks for an entry: invite, admit, hand over, remove, leave."""
    actor, user = _own(request, slug)
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    form = InvitationForm(request.POST if act is _invite else None)
    status = 200
    if act is not None:
        try:
            told = act(request, actor, user, form)
        except RepresentationError as error:
            if act is _invite:
                form.add_error("email", error_words(error))
            else:
                messages.error(request, error_words(error))
                return redirect("curation:people", slug)
        else:
            if told:
                messages.success(request, told)
                stays = representing.represents(user, actor)
                return redirect("curation:people", slug) if stays else redirect("curation:mine")
        status = 400
    context = people_context(actor, user) | {"form": form}
    return render(request, "curation/self/people.html", context, status=status)


def _invite(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    if not form.is_valid():
        return ""
    email = form.cleaned_data["email"]
    representing.invite(actor=actor, email=email, by=user, language=_language())
    return _("An invitation is on its way to %(email)s.") % {"email": email}


def _withdraw(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    number = _uuid(request.POST.get("invitation", ""))
    if actor.invitations.filter(id=number).exists():
        representing.withdraw_invitation(number=number, by=user)
    return _("The invitation is withdrawn; its link does not work any more.")


def _admit(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    row = representing.asking(actor).filter(id=_uuid(request.POST.get("claim", ""))).first()
    if row is None:
        raise RepresentationError("closed")
    found = representing.admit(submission=row, by=user)
    return _("%(name)s speaks for the entry, too.") % {"name": found.user}


def _hand_over(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    other = _other(request, actor)
    representing.hand_over(actor=actor, to=other, by=user)
    return _("%(name)s is responsible now.") % {"name": other.user}


def _remove(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    other = _other(request, actor)
    representing.remove(actor=actor, other=other, by=user)
    return _("%(name)s does not speak for the entry any more.") % {"name": other.user}


def _leave(request: HttpRequest, actor: Actor, user: User, form: forms.Form) -> str:
    representing.leave(actor=actor, user=user)
    return _("You no longer speak for “%(name)s”.") % {"name": actor.name}


def _other(request: HttpRequest, actor: Actor) -> Representation:
    number = request.POST.get("person", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    row = representing.of_actor(actor).filter(pk=int(number) if is_number else 0).first()
    if row is None:
        raise RepresentationError("not_active")
    return row


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


ACTS: dict[str, Callable[[HttpRequest, Actor, User, forms.Form], str]] = {
    "invite": _invite,
    "withdraw": _withdraw,
    "admit": _admit,
    "hand_over": _hand_over,
    "remove": _remove,
    "leave": _leave,
}
