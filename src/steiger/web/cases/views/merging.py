"""Two cases become one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.cases.domain.merging import differing, merge, value_of
from steiger.web.cases.domain.queries import cases_matching, visible_to
from steiger.web.cases.interfaces.forms import MergeForm
from steiger.web.cases.interfaces.pages import case_rows, firm_view
from steiger.web.cases.models import Case
from steiger.web.cases.views.acts import case_act
from steiger.web.cases.views.advisers import find_case
from steiger.web.directory.interfaces.filters import clean_text

MOST = 20


@case_act("GET", "HEAD")
def choose(request: HttpRequest, case: Case) -> HttpResponse:
    """Look for the other case."""
    text = clean_text(request.GET.get("q", ""), 100)
    wanted = text or (case.firm.name.split() or [""])[-1]
    found = cases_matching(text=wanted) if wanted else Case.objects.none()
    found = visible_to(signed_in(request), found)
    rows = case_rows(found.filter(erased_at=None).exclude(pk=case.pk)[:MOST])
    context = {"case": case, "firm": firm_view(case.firm), "rows": rows, "q": text or wanted}
    return render(request, "cases/merge_choose.html", context)


@case_act("GET", "HEAD", "POST")
def merge_cases(request: HttpRequest, case: Case, other: UUID) -> HttpResponse:
    """Field by field: which value is kept."""
    second = find_case(other, signed_in(request))
    fields = {f: (value_of(case, f), value_of(second, f)) for f in differing(case, second)}
    form = MergeForm(request.POST if request.method == "POST" else None, fields=fields)
    if request.method == "POST" and form.is_valid():
        person = signed_in(request)
        merge(
            kept=case, other=second, choices=form.cleaned_data, author=person, by=Actor.of(person)
        )
        messages.success(request, _("The two cases are one now. Nothing was lost."))
        return redirect("cases:case", case.pk)
    context = {
        "case": case,
        "firm": firm_view(case.firm),
        "other": second,
        "other_firm": firm_view(second.firm),
        "form": form,
        "moved": [
            (_("Entries"), second.entries.count()),
            (_("Tasks"), second.tasks.count()),
            (_("Contacts"), second.firm.contacts.count()),
        ],
    }
    return render(request, "cases/merge.html", context, status=400 if form.errors else 200)
