"""What applicants do, and the page of one examination."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.audits.domain import applying, evidence, queries
from steiger.web.audits.domain import chain as chains
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.standing import catalogue_of
from steiger.web.audits.interfaces.forms import (
    DescribeForm,
    EndpointForm,
    EvidenceForm,
    FileForm,
    FolderForm,
    NeedForm,
    RatingForm,
    WordsForm,
)
from steiger.web.audits.interfaces.pages import (
    audit_context,
    chain_lines,
    rating_context,
    ratings_of,
)
from steiger.web.audits.interfaces.words import refusal
from steiger.web.audits.models import Audit, Rating
from steiger.web.audits.views.common import download, seen, tried
from steiger.web.audits.views.common import own as mine

States = Audit.State
FORM = ["GET", "HEAD", "POST"]


@require_safe
@login_required
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """What somebody applied for."""
    audits = queries.own_audits(signed_in(request))
    return render(request, "audits/own.html", {"audits": audits})


@require_http_methods(FORM)
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin an examination."""
    form = DescribeForm(request.POST or None, initial={"kind": request.GET.get("art", "full")})
    if request.method == "POST" and form.is_valid():
        made = applying.describe(by=signed_in(request), values=form.cleaned_data)
        return redirect("audits:needs", made.pk)
    form.described()
    return render(request, "audits/form.html", {"form": form}, status=_status(request))


@require_http_methods(FORM)
@login_required
@never_cache
def edit(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Change the description."""
    found = mine(request, audit)
    if found.state not in {States.DESCRIBED, States.RATING}:
        return redirect(found)
    start = {name: getattr(found, name) for name in applying.FIELDS}
    start["actor"] = found.actor.name if found.actor else ""
    form = DescribeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        values, by = form.cleaned_data, signed_in(request)
        tried(request, lambda: applying.change(audit=found, by=by, values=values), _("Saved."))
        return redirect(found)
    form.described()
    context = {"form": form, "audit": found}
    return render(request, "audits/form.html", context, status=_status(request))


@require_http_methods(FORM)
@login_required
@never_cache
def needs(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The questions on the protection need; new ones arise from answers."""
    found = mine(request, audit)
    if found.state not in {States.DESCRIBED, States.RATING}:
        return redirect(found)
    try:
        catalogue = catalogue_of(found)
    except RefusedError:
        return redirect(found)
    form = NeedForm(catalogue, found.answers, request.POST or None)
    missing: list[str] = []
    if request.method == "POST" and form.is_valid():
        given, by = form.given(), signed_in(request)

        def answer() -> None:
            missing.extend(applying.answer(audit=found, by=by, answers=given))

        if tried(request, answer, _("Your answers are saved.")) and not missing:
            return redirect(found)
        form = NeedForm(catalogue, given)
    form.described()
    message = missing and ngettext(
        "%(n)d answer is missing before the protection need is known.",
        "%(n)d answers are missing before the protection need is known.",
        len(missing),
    ) % {"n": len(missing)}
    context = {"audit": found, "form": form, "missing": missing, "message": message}
    return render(request, "audits/needs.html", context)


@require_http_methods(FORM)
@login_required
@never_cache
def rating(request: HttpRequest, audit: UUID, dimension: str) -> HttpResponse:
    """Rate the indicators of one dimension; read only, once handed in."""
    found = seen(request, audit)
    try:
        context = rating_context(found, dimension)
    except RefusedError as error:
        raise Http404(refusal(error)) from error
    by = signed_in(request)
    context["editable"] = found.state == States.RATING and found.applicant_id == by.pk
    if context["editable"]:
        ratings = ratings_of(found, Rating.Stage.SELF)
        data = request.POST or None
        files = list(found.evidence.all())
        form = RatingForm(context["indicators"], ratings, data, examiner=False, files=files)
        if request.method == "POST" and form.is_valid():
            said, shown = form.ratings(), form.shown()

            def act() -> None:
                applying.rate(audit=found, by=by, said=said)
                evidence.link(audit=found, by=by, shown=shown)

            if tried(request, act, _("Your ratings are saved.")):
                return redirect(context["next_url"])
        form.described()
        context["form"] = form
    return render(request, "audits/rating.html", context, status=_status(request))


@require_POST
@login_required
def add_file(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Add evidence."""
    found, by = seen(request, audit), signed_in(request)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return audit_page(request, found, file_form=form)
    name, data = form.read()
    note = form.cleaned_data["note"]
    tried(
        request,
        lambda: evidence.add_evidence(audit=found, by=by, name=name, data=data, note=note),
        _("The file is checked and kept."),
    )
    return redirect(found)


@require_POST
@login_required
def add_results(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Add what ``steiger audit run`` measured."""
    found, by = seen(request, audit), signed_in(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return audit_page(request, found, results_form=form)
    name, data = form.read()
    tried(
        request,
        lambda: evidence.add_results(audit=found, by=by, name=name, data=data),
        _("The results are read and kept."),
    )
    return redirect(found)


@require_safe
@login_required
@never_cache
def file(request: HttpRequest, audit: UUID, number: int) -> HttpResponseBase:
    """One piece of evidence, as a download only."""
    kept = seen(request, audit).evidence.filter(number=number).first()
    if kept is None or not default_storage.exists(kept.path):
        raise Http404
    return download(kept)


@require_POST
@login_required
def remove_file(request: HttpRequest, audit: UUID, number: int) -> HttpResponse:
    """Take evidence back."""
    found, by = mine(request, audit), signed_in(request)
    act = lambda: evidence.remove_evidence(audit=found, by=by, number=number)  # noqa: E731
    tried(request, act, _("The file is erased."))
    return redirect(found)


@require_POST
@login_required
def hand_in(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Hand in, or end a self-check."""
    found, by = mine(request, audit), signed_in(request)
    words = _("Your self-check is done; its profile stands below.")
    if found.kind == Audit.Kind.FULL:
        words = _("It is handed in. An independent examiner takes over.")
    tried(request, lambda: applying.submit(audit=found, by=by), words)
    return redirect(found)


@require_POST
@login_required
def take_back(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Take an examination back."""
    found, by = mine(request, audit), signed_in(request)
    tried(request, lambda: applying.drop(audit=found, by=by), _("It is taken back."))
    return redirect(found)


@require_POST
@login_required
def statement(request: HttpRequest, audit: UUID) -> HttpResponse:
    """Say something on the examiners' ratings, or nothing."""
    found, by = mine(request, audit), signed_in(request)
    form = WordsForm("", request.POST, required=False)
    if form.is_valid():
        words = form.cleaned_data["words"]
        act = lambda: applying.state(audit=found, by=by, words=words)  # noqa: E731
        tried(request, act, _("Your statement is kept. The decision is next."))
    return redirect(found)


@require_safe
@login_required
@never_cache
def audit(request: HttpRequest, audit: UUID) -> HttpResponse:
    """One examination: where it stands, what is next, who must act."""
    return audit_page(request, seen(request, audit), status=200)


@require_safe
@login_required
@never_cache
def chain(request: HttpRequest, audit: UUID) -> HttpResponse:
    """The chained log, and whether it is whole."""
    found = seen(request, audit)
    context = {"audit": found, "state": chains.check(found), "lines": chain_lines(found)}
    return render(request, "audits/chain.html", context)


def audit_page(
    request: HttpRequest,
    audit: Audit,
    *,
    file_form: FileForm | None = None,
    results_form: FileForm | None = None,
    folder_form: FolderForm | None = None,
    endpoint_form: EndpointForm | None = None,
    status: int = 400,
) -> HttpResponse:
    context = audit_context(audit, signed_in(request))
    context |= {
        "file_form": file_form or EvidenceForm(),
        "results_form": results_form or FileForm(auto_id="results_%s"),
        "folder_form": folder_form or FolderForm(auto_id="run_%s"),
        "endpoint_form": endpoint_form or EndpointForm(auto_id="run_%s"),
        "statement_form": WordsForm(_("Your statement; it may stay empty"), required=False),
    }
    for name in ("file_form", "results_form", "folder_form", "endpoint_form"):
        context[name].described()
    return render(request, "audits/audit.html", context, status=status)


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" else 200
