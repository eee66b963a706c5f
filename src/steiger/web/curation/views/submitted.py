"""Claiming, confirming by mail, following a submission, taking up an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from steiger.regions import load_curation_rules
from steiger.web.accounts.models import User
from steiger.web.curation.domain import proposing, representing, tending
from steiger.web.curation.domain.links import (
    CONFIRM,
    INVITATION,
    STATUS,
    TEND,
    TokenError,
    number_of,
    path_for,
)
from steiger.web.curation.interfaces.guarding import (
    count_submission,
    flooded,
    new_stamp,
    secretive,
    too_many_words,
)
from steiger.web.curation.interfaces.submitted_pages import said, status_context
from steiger.web.curation.interfaces.submitting_forms import AnswerForm, ClaimForm
from steiger.web.curation.models import Invitation, Submission
from steiger.web.directory.models import Actor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _language() -> str:
    return (get_language() or "de")[:2]


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "curation/self/gone.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that one speaks for an actor; a mail with a link follows."""
    actor = get_object_or_404(Actor, slug=slug, state=Actor.State.PUBLISHED)
    user = request.user if isinstance(request.user, User) else None
    if held_off := flooded(request):
        return held_off
    if representing.represents(user, actor):
        return redirect("curation:edit", slug)
    initial = {"email": user.email} if user else {}
    form = ClaimForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = _claim(request, actor, form, user)
        if status == 302:
            return redirect("curation:mine" if user and _proven(form, user) else "curation:sent")
    context = {"actor": actor, "form": form, "stamp": new_stamp()}
    return render(request, "curation/self/claim.html", context, status=status)


def _proven(form: ClaimForm, user: User) -> bool:
    return bool(form.cleaned_data["email"].lower() == user.email.lower())


def _claim(request: HttpRequest, actor: Actor, form: ClaimForm, user: User | None) -> int:
    """Note the claim; the status says what came of it: 302, 400 or 429."""
    if not form.is_valid():
        return 400
    values = form.cleaned_data
    sender = proposing.Sender(
        values["email"], values["person_name"], _language(), values["words"], user, form.is_hurried
    )
    try:
        count_submission(request, is_proven=sender.is_proven)
        representing.claim(actor=actor, sender=sender, number=form.number)
    except proposing.TooManyError as error:
        form.add_error(None, too_many_words(error))
        return 429
    return 302


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """A mail is on its way."""
    days = load_curation_rules(settings.REGION).unconfirmed_days
    return render(request, "curation/self/sent.html", {"days": days})


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address. Opening the page changes nothing: programs in between open links, too."""
    try:
        row = Submission.objects.get(id=number_of(token, CONFIRM))
        if row.state != Submission.State.UNCONFIRMED:
            # Whoever finds the link later learns nothing: how far it is stands in the second mail.
            return render(request, "curation/self/used.html", {"row": row}, status=410)
        if request.method == "POST":
            return _confirm(request, row)
    except (TokenError, Submission.DoesNotExist):
        return _gone(request)
    return render(request, "curation/self/confirm.html", {"row": row, "said": said(row)})


def _confirm(request: HttpRequest, row: Submission) -> HttpResponse:
    user = None
    if row.kind == Submission.Kind.CLAIM:
        row, user = representing.confirm_claim(number=row.id)
    else:
        row, _first = proposing.confirm(number=row.id)
    if user is not None:
        messages.success(request, _("Welcome. You speak for “%(name)s” now.") % {"name": row.title})
        _enter(request, user)
        return redirect("curation:mine")
    return redirect(path_for(row.id, STATUS, _language()))


def _enter(request: HttpRequest, user: User) -> None:
    """Sign in whom a one-time link has just proven, unless the account is guarded better."""
    if user.is_active and not user.is_staff_member and not is_mfa_enabled(user):
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="link", reauthenticated=False)


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def status_page(request: HttpRequest, token: str) -> HttpResponse:
    """How far a submission is; answer a question, or take it back."""
    try:
        row = Submission.objects.get(id=number_of(token, STATUS))
    except (TokenError, Submission.DoesNotExist):
        return _gone(request)
    form = AnswerForm(request.POST if request.POST.get("act") == "answer" else None)
    if request.method == "POST" and (gone_on := _act(request, row, form)):
        return gone_on
    return render(request, "curation/self/status.html", status_context(row, form))


def _act(request: HttpRequest, row: Submission, form: AnswerForm) -> HttpResponse | None:
    """Do what the status page asks for; None where the page comes back with errors."""
    act = request.POST.get("act")
    if act == "tend":
        return _ask_to_tend(request, row)
    try:
        if act == "take_back":
            proposing.take_back(number=row.id)
        elif form.is_valid():
            proposing.answer(number=row.id, words=form.cleaned_data["words"])
            messages.success(request, _("The editors have your answer now. It stands below."))
    except proposing.StateError:
        messages.info(request, _("Meanwhile it has gone on. This is how far it is now."))
    return None if form.errors else redirect(request.path)


def _ask_to_tend(request: HttpRequest, row: Submission) -> HttpResponse:
    """Send the link to the address of the proposal: who has this page may be somebody else."""
    user = request.user if isinstance(request.user, User) else None
    entry = tending.entry_to_tend(row)
    if entry is None or not tending.may_begin(row):
        messages.info(request, _("Meanwhile it has gone on. This is how far it is now."))
        return redirect(request.path)
    sender = proposing.Sender(row.email, row.person_name, _language(), user=user)
    try:
        count_submission(request, is_proven=sender.is_proven)
        representing.claim(actor=entry, sender=sender)
    except proposing.TooManyError as error:
        messages.error(request, too_many_words(error))
        return redirect(request.path)
    return redirect("curation:mine" if sender.is_proven else "curation:sent")


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def tend_page(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail about an accepted proposal: one click, and the person speaks for it."""
    try:
        row = Submission.objects.select_related("actor").get(id=number_of(token, TEND))
    except (TokenError, Submission.DoesNotExist):
        return _gone(request)
    entry = tending.entry_to_tend(row)
    if entry is None:
        return _gone(request)
    user = tending.begin(number=row.id) if request.method == "POST" else None
    if user is not None:
        messages.success(
            request, _("Welcome. You speak for “%(name)s” now.") % {"name": entry.name}
        )
        _enter(request, user)
        return redirect("curation:mine")
    if not tending.may_begin(row):  # used, or somebody was quicker: then by the usual way
        return redirect("curation:claim", entry.slug)
    return render(request, "curation/self/tend.html", {"entry": entry})


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation to speak for an actor, too."""
    try:
        row = Invitation.objects.select_related("actor").get(id=number_of(token, INVITATION))
        if request.method == "POST":
            found = representing.accept_invitation(number=row.id)
            _enter(request, found.user)
            return redirect("curation:mine")
    except (TokenError, Invitation.DoesNotExist, representing.RepresentationError):
        return _gone(request)
    return render(request, "curation/self/invitation.html", {"row": row})
