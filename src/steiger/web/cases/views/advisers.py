"""The adviser's pages: list, case, and what is read or downloaded from it."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName, User
from steiger.web.cases.domain.cases import open_by_hand
from steiger.web.cases.domain.exports import note_export
from steiger.web.cases.domain.queries import open_tasks, visible_to
from steiger.web.cases.interfaces.exporting import FORMS, MAKERS
from steiger.web.cases.interfaces.filters import CaseFilter, shortcuts
from steiger.web.cases.interfaces.forms import FactsForm
from steiger.web.cases.interfaces.pages import case_context, case_rows, firm_view
from steiger.web.cases.models import Case, Evidence

PER_PAGE = 25


def find_case(number: UUID, person: User) -> Case:
    """The case with its firm.

    Raises:
        Http404: there is none that this person may see.
    """
    seen = visible_to(person, Case.objects.all())
    return get_object_or_404(
        seen.select_related("firm__actor", "adviser", "merged_into"), pk=number
    )


def sent_file(evidence: Evidence) -> FileResponse:
    """A piece of evidence, always as a download: no browser opens it as a page of ours."""
    if not evidence.file:
        raise Http404
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.name,
        content_type=evidence.kind,
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@role_required(RoleName.ADVISER)
def cases(request: HttpRequest) -> HttpResponse:
    """All cases that fit the filters in the address."""
    chosen = CaseFilter(request.GET)
    page = Paginator(chosen.cases(signed_in(request)), PER_PAGE).get_page(request.GET.get("page"))
    person = signed_in(request)
    context = {
        "filter": chosen,
        "page_obj": page,
        "rows": case_rows(page),
        "mine": shortcuts(person),
        "waiting": open_tasks(person).count(),
    }
    return render(request, "cases/cases.html", context)


@require_safe
@role_required(RoleName.ADVISER)
def tasks(request: HttpRequest) -> HttpResponse:
    """What the adviser still has to do."""
    found = open_tasks(signed_in(request))
    rows = [(task, firm_view(task.case.firm)) for task in found]
    return render(request, "cases/tasks.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.ADVISER)
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case by hand for a firm that came by phone or in person."""
    form = FactsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = signed_in(request)
        case = open_by_hand(given=form.given(), adviser=person, by=Actor.of(person))
        return redirect("cases:case", case.pk)
    status = 400 if form.errors else 200
    return render(request, "cases/new.html", {"form": form}, status=status)


@require_safe
@role_required(RoleName.ADVISER)
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """One case with everything in it."""
    found = find_case(case, signed_in(request))
    if found.merged_into:
        return redirect("cases:case", found.merged_into.pk)
    return render(request, "cases/case.html", case_context(found, signed_in(request)))


@require_safe
@role_required(RoleName.ADVISER)
def evidence(request: HttpRequest, case: UUID, pk: int) -> FileResponse:
    """A file that is evidence of an entry of this case."""
    found = find_case(case, signed_in(request))
    return sent_file(get_object_or_404(Evidence, pk=pk, entry__case=found))


@require_safe
@role_required(RoleName.ADVISER)
def export(request: HttpRequest, case: UUID, form: str) -> HttpResponse:
    """Everything about the firm, internal notes included, for a request for information."""
    if form not in FORMS:
        raise Http404
    firm = find_case(case, signed_in(request)).firm
    note_export(firm=firm, form=form, by=Actor.of(request.user))
    response = HttpResponse(MAKERS[form](firm, internal=True), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="auskunft-{firm}.{form}"'
    return response
