"""The examiners' desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.audits.domain import examining, queries
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.interfaces.forms import DecisionForm, ProfileForm, RatingForm, WordsForm
from steiger.web.audits.interfaces.pages import (
    need_lines,
    rating_context,
    ratings_of,
    result_context,
)
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Audit, ExaminerProfile, Rating
from steiger.web.audits.views.common import seen, tried

States = Audit.State
FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@role_required(RoleName.EXAMINER)
def desk(request: HttpRequest) -> HttpResponse:
    """What is to take, what one has, what is due; and for whom one works."""
    by = signed_in(request)
    profile = ExaminerProfile.objects.filter(user=by).first()
    start = {"organisation": profile.organisation if profile else ""}
    form = ProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["organisation"]
        act = lambda: examining.set_profile(by=by, organisation=name)  # noqa: E731
        tried(request, act, _("Saved."))
        return redirect("audits:desk")
    form.described()
    context = {
        "form": form,
        "profile": profile,
        "to_take": queries.to_take(by) if profile else [],
        "mine": queries.my_examinations(by),
        "overdue": queries.overdue(timezone.localdate()),
        "orphans": queries.orphans(),
        "complaints": queries.open_complaints(),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/desk.html", context, status=status)


@require_http_methods(FORM)
@role_required(RoleName.EXAMINER)
def take(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Take a part: read what it is about, declare that one is independent."""
    by = signed_in(request)
    found = get_object_or_404(Audit, pk=audit)
    offered = {one.pk: part for one, part in queries.to_take(by)}
    if found.pk not in offered:
        raise Http404
    hint = _("For example: no order, share, kinship or joint project with the applicant.")
    form = WordsForm(_("Why are you independent?"), request.POST or None, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            words = form.cleaned_data["words"]
            examining.assign(audit=found, by=by, part=offered[found.pk], declaration=words)
        except RefusedError as error:
            form.add_error("words", refusal(error))
        else:
            messages.success(request, _("This part is yours."))
            return redirect(found)
    form.described()
    context = {
        "audit": found,
        "part": offered[found.pk],
        "form": form,
        "needs": need_lines(found),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/take.html", context, status=status)


@require_http_methods(FORM)
@role_required(RoleName.EXAMINER)
def rating(request: HttpRequest, audit: UUID, dimension: str) -> HttpResponse:
    """Rate one dimension as examiner, or as second examiner where one differs."""
    found, by = seen(request, audit), signed_in(request)
    if found.state not in {States.EXAMINING, States.SECOND}:
        return redirect("audits:rating", audit, dimension)
    try:
        context = rating_context(found, dimension, view="audits:examine")
    except RefusedError as error:
        raise Http404(refusal(error)) from error
    second = found.state == States.SECOND
    stage = Rating.Stage.SECOND if second else Rating.Stage.EXAMINER
    ratings = ratings_of(found, stage)
    form = RatingForm(context["indicators"], ratings, request.POST or None, examiner=True)
    if request.method == "POST" and form.is_valid():
        said = form.ratings()
        act = lambda: examining.rate(audit=found, by=by, said=said)  # noqa: E731
        if tried(request, act, _("Your ratings are saved.")):
            return redirect(context["next_url"])
    form.described()
    context |= {"form": form, "editable": True, "second": second, "examines": True}
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/rating.html", context, status=status)


@require_POST
@role_required(RoleName.EXAMINER)
def release(request: HttpRequest, audit: UUID, part: str) -> HttpResponse:
    """Give a part back, or free that of somebody who is gone."""
    found, by = get_object_or_404(Audit, pk=audit), signed_in(request)
    act = lambda: examining.release(audit=found, by=by, part=part)  # noqa: E731
    tried(request, act, _("The part is free for somebody else."))
    return redirect("audits:desk")


@require_POST
@role_required(RoleName.EXAMINER)
def done(request: HttpRequest, audit: UUID) -> HttpResponse:
    """End one's examination."""
    found, by = seen(request, audit), signed_in(request)
    tried(request, lambda: examining.finish(audit=found, by=by), _("Your examination is done."))
    return redirect(found)


@require_http_methods(FORM)
@role_required(RoleName.EXAMINER)
def decision(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Decide, with everything in view."""
    found, by = seen(request, audit), signed_in(request)
    if found.state != States.DECISION:
        return redirect(found)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted, reason = form.cleaned_data["granted"] == "yes", form.cleaned_data["reason"]
        try:
            examining.decide(audit=found, by=by, granted=granted, reason=reason)
        except RefusedError as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("It is decided."))
            return redirect(found)
    form.described()
    context = {"audit": found, "form": form} | result_context(found)
    status = 400 if request.method == "POST" else 200
    return render(request, "audits/decision.html", context, status=status)
