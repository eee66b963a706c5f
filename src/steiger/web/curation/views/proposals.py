"""Proposing an entry without an account, and the entries that it may already be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.accounts.models import User
from steiger.web.curation.domain import drafting, proposing
from steiger.web.curation.domain.links import (
    DRAFT,
    KEEP_DRAFT,
    STATUS,
    TokenError,
    link_for,
    number_of,
    path_for,
)
from steiger.web.curation.interfaces.correction_form import CorrectionForm, sent_before
from steiger.web.curation.interfaces.desk_pages import LIKENESS
from steiger.web.curation.interfaces.guarding import (
    count_submission,
    flooded,
    secretive,
    too_many_words,
)
from steiger.web.curation.interfaces.proposal_form import ProposalForm, carried_over
from steiger.web.curation.models import Submission
from steiger.web.directory.domain.areas import area_name, region, resolve_place
from steiger.web.directory.domain.likeness import Likely, likely_actors
from steiger.web.directory.domain.queries import in_language

#: Drafts kept from one network address within an hour.
MOST_DRAFTS = 20
#: Fields with several values.
LISTS = ("roles", "topics")
#: Fewer letters mean too many actors.
LEAST = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose_page(request: HttpRequest) -> HttpResponse:
    """Fill in, see what is already there, send; a mail with a link follows."""
    user = request.user if isinstance(request.user, User) else None
    if held_off := flooded(request):
        return held_off
    if request.method != "POST":
        initial = carried_over(request.GET)
        if user:
            initial |= {"email": user.email, "person_name": user.display_name}
        return _page(request, ProposalForm(initial=initial))
    if request.POST.get("act") == "keep":
        return _keep(request)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    name = form.cleaned_data["name"]
    if request.POST.get("distinct") != name and (found := _likely_of(form)):
        return _page(request, form, likely=found)
    return _send(request, form, user)


def _keep(request: HttpRequest) -> HttpResponse:
    """Keep a draft, and show the link that leads back to it."""
    error = ""
    if not within_limit(request, "curation.draft", MOST_DRAFTS):
        error = _("Many drafts were kept from your network. Try again in an hour.")
    else:
        try:
            row = drafting.keep_draft(dict(request.POST.lists()), _draft_of(request.POST))
            return redirect(path_for(row.id, DRAFT, (get_language() or "de")[:2]))
        except drafting.DraftError as problem:
            error = {
                "large": _("This is too much text for a draft. Shorten it."),
                "many": _("So many drafts are kept that no more fit. Try again tomorrow."),
            }[problem.code]
    # Shown as it was typed: whoever wants to go on later need not hear what is still missing.
    form = ProposalForm(initial=drafting.as_typed(dict(request.POST.lists()), LISTS))
    return _page(request, form, problem=error, status=429)


def _draft_of(data: QueryDict) -> UUID | None:
    """The draft from which a form came, if its link still works."""
    try:
        return number_of(data.get("draft", ""), DRAFT)
    except TokenError:
        return None


@require_safe
@secretive
def draft_page(request: HttpRequest, token: str) -> HttpResponse:
    """Go on with a draft. Whoever has the link may, so it goes into no log, cache or referrer."""
    try:
        row = drafting.find_draft(number_of(token, DRAFT))
    except TokenError:
        row = None
    if row is None:
        return render(request, "curation/self/gone.html", status=404)
    initial = drafting.as_typed(row.data, LISTS) | {"draft": token}
    if isinstance(request.user, User):
        initial |= {"email": request.user.email, "person_name": request.user.display_name}
    until = row.created_at + KEEP_DRAFT
    url = link_for(row.id, DRAFT, (get_language() or "de")[:2])
    return _page(request, ProposalForm(initial=initial), draft={"url": url, "until": until})


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def correct_page(request: HttpRequest, token: str) -> HttpResponse:
    """Correct a proposal while it waits: the same form, with what was sent in it."""
    try:
        row = Submission.objects.get(id=number_of(token, STATUS))
    except (TokenError, Submission.DoesNotExist):
        return render(request, "curation/self/gone.html", status=404)
    if held_off := flooded(request):
        return held_off
    if not proposing.may_correct(row):
        messages.info(request, _("Meanwhile it has gone on. This is how far it is now."))
        return redirect("curation:status", token)
    if request.method != "POST":
        return _page(request, CorrectionForm(initial=sent_before(row)), correcting=token)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _page(request, form, correcting=token, status=400)
    given = form.cleaned_data
    with override(row.language):  # the texts stay in it, whatever the page is read in
        values = form.statements()
    try:
        corrected = proposing.correct(
            number=row.id,
            values=values,
            proofs=form.proofs(),
            details={"kind": given["kind"]},
            person_name=given["person_name"],
            words=given["words"],
        )
        told = _("It is corrected. The editors see it like this now.")
        if corrected.state == Submission.State.ASKED:
            told = _("It is corrected. Now answer the editors’ question; they go on after that.")
        messages.success(request, told)
    except proposing.StateError:
        messages.info(request, _("Meanwhile it has gone on. This is how far it is now."))
    return redirect("curation:status", token)


def _likely_of(form: ProposalForm) -> list[dict[str, str]]:
    given = form.cleaned_data
    town = area_name(form.spot.ags) if form.spot else ""
    return _shown(likely_actors(given["name"], town=town, website=given["website"]))


def _send(request: HttpRequest, form: ProposalForm, user: User | None) -> HttpResponse:
    given = form.cleaned_data
    language = (get_language() or "de")[:2]
    sender = proposing.Sender(
        given["email"], given["person_name"], language, given["words"], user, form.is_hurried
    )
    try:
        count_submission(request, is_proven=sender.is_proven)
        proposing.propose(
            values=form.statements(),
            sender=sender,
            proofs=form.proofs(),
            details={"kind": given["kind"]},
            number=form.number,
        )
    except proposing.TooManyError as error:
        form.add_error(None, too_many_words(error))
        return _page(request, form, status=429)
    if (kept := _draft_of(request.POST)) is not None:
        drafting.forget_draft(kept)
    return redirect("curation:mine" if sender.is_proven else "curation:sent")


def _page(
    request: HttpRequest,
    form: ProposalForm,
    *,
    likely: list[dict[str, str]] | None = None,
    draft: dict[str, Any] | None = None,
    problem: str = "",
    correcting: str = "",
    status: int = 200,
) -> HttpResponse:
    rules = {r.key: in_language(r.text_de, r.text_en) for r in region().admission}
    context: dict[str, Any] = {
        "form": form,
        "likely": likely,
        "rules": rules,
        "draft": draft,
        "draft_days": KEEP_DRAFT.days,
        "problem": problem,
        "correcting": correcting,
    }
    return render(request, "curation/self/propose.html", context, status=status)


@require_safe
def likely(request: HttpRequest) -> JsonResponse:
    """Actors that name and website probably mean, as JSON: name, town, reasons, two addresses."""
    name = " ".join(request.GET.get("name", "").split())[:255]
    place = resolve_place(" ".join(request.GET.get("place", "").split())[:80]).place
    town = area_name(place.ags) if place else ""
    website = request.GET.get("website", "")[:500]
    found = likely_actors(name if len(name) >= LEAST else "", town=town, website=website)
    return JsonResponse({"likely": _shown(found)}, json_dumps_params={"ensure_ascii": False})


def _shown(found: list[Likely]) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "town": one.town,
            "why": ", ".join(str(LIKENESS[key]) for key in one.reasons if key in LIKENESS),
            "url": reverse("directory:actor", kwargs={"slug": one.slug}),
            "claim": reverse("curation:claim", kwargs={"slug": one.slug}),
        }
        for one in found
    ]
