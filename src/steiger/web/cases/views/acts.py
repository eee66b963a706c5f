"""What an adviser does with a case. Whatever goes wrong is said on the page that it concerns."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.accounts.models import RoleName
from steiger.web.cases.domain.cases import (
    CaseError,
    change_facts,
    close,
    hand_over,
    reopen,
    set_confidential,
    take,
)
from steiger.web.cases.domain.contacts import ask_contact, note_consents, remove_contact
from steiger.web.cases.domain.entries import (
    BY_HAND,
    add_evidence,
    add_note,
    add_station,
    remove_entry,
    remove_evidence,
    show_to_firm,
)
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.todo import add_task, finish_task
from steiger.web.cases.interfaces import forms
from steiger.web.cases.interfaces.pages import case_context, firm_view, retention_of
from steiger.web.cases.interfaces.words import error_words
from steiger.web.cases.models import Case, CaseEntry, CaseTask, Contact, Evidence
from steiger.web.cases.views.advisers import find_case

View = Callable[..., HttpResponse]
Guarded = Callable[..., HttpResponseBase]


def case_act(*methods: str) -> Callable[[View], Guarded]:
    """An act of an adviser on the case in the address; a broken rule is told on the case's page."""

    def decorate(view: View) -> Guarded:
        @require_http_methods(methods)
        @role_required(RoleName.ADVISER)
        @wraps(view)
        def guarded(request: HttpRequest, case: UUID, **parts: Any) -> HttpResponse:
            found = find_case(case, signed_in(request))
            try:
                return view(request, found, **parts)
            except CaseError as error:
                messages.error(request, error_words(error.code))
                return redirect("cases:case", found.pk)

        return guarded

    return decorate


def _back(request: HttpRequest, case: Case, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("cases:case", case.pk)


def _again(request: HttpRequest, case: Case, **bound: Any) -> HttpResponse:
    context = case_context(case, signed_in(request), **bound)
    return render(request, "cases/case.html", context, status=400)


def _page(
    request: HttpRequest, case: Case, template: str, form: forms.Described, **more: Any
) -> HttpResponse:
    context = {"case": case, "firm": firm_view(case.firm), "form": form, **more}
    return render(request, f"cases/{template}.html", context, status=400 if form.errors else 200)


@case_act("POST")
def note(request: HttpRequest, case: Case) -> HttpResponse:
    """Write a note."""
    form = forms.NoteForm(request.POST, auto_id="id_note_%s")
    if not form.is_valid():
        return _again(request, case, note_form=form)
    person = signed_in(request)
    add_note(case=case, author=person, by=Actor.of(person), **form.cleaned_data)
    return _back(request, case, _("The note is kept."))


@case_act("POST")
def task(request: HttpRequest, case: Case) -> HttpResponse:
    """Note a task."""
    form = forms.TaskForm(request.POST, auto_id="id_task_%s")
    if not form.is_valid():
        return _again(request, case, task_form=form)
    person = signed_in(request)
    assignee = case.adviser or person
    add_task(case=case, assignee=assignee, by=Actor.of(person), **form.cleaned_data)
    return _back(request, case, _("The task is noted."))


@case_act("POST")
def task_done(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Tick a task off."""
    finish_task(task=get_object_or_404(CaseTask, pk=pk, case=case), by=Actor.of(request.user))
    return _back(request, case, _("Done."))


@case_act("GET", "HEAD", "POST")
def station(request: HttpRequest, case: Case, kind: str) -> HttpResponse:
    """Enter a station of the path by hand, with its evidence."""
    if kind not in BY_HAND:
        raise Http404
    form = forms.StationForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        person = signed_in(request)
        add_station(case=case, station=form.station(), author=person, by=Actor.of(person))
        return _back(request, case, _("The station is entered."))
    label = CaseEntry.Kind(kind).label
    return _page(request, case, "station", form, kind=kind, label=label)


@case_act("GET", "HEAD", "POST")
def add_proof(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Add evidence to a station that stands already."""
    entry = get_object_or_404(_stations(case), pk=pk)
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = {"url": form.cleaned_data["url"], "file": form.cleaned_data["file"] or None}
        add_evidence(entry=entry, by=Actor.of(request.user), **given)
        return _back(request, case, _("The evidence is kept."))
    return _page(request, case, "evidence", form, entry=entry)


@case_act("POST")
def remove_proof(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Take evidence away, and its file."""
    evidence = get_object_or_404(Evidence, pk=pk, entry__in=_stations(case))
    remove_evidence(evidence=evidence, by=Actor.of(request.user))
    return _back(request, case, _("The evidence is taken away."))


def _stations(case: Case) -> QuerySet[CaseEntry]:
    return CaseEntry.objects.filter(case=case).exclude(kind=CaseEntry.Kind.NOTE)


@case_act("POST")
def show(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Let the firm see an entry, or no longer."""
    entry = get_object_or_404(CaseEntry, pk=pk, case=case)
    shown = request.POST.get("shown") == "yes"
    show_to_firm(entry=entry, shown=shown, by=Actor.of(request.user))
    said = _("The firm sees this entry now.") if shown else _("The firm does not see it any more.")
    return _back(request, case, said)


@case_act("POST")
def remove(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Take back an entry that was made by hand."""
    remove_entry(entry=get_object_or_404(CaseEntry, pk=pk, case=case), by=Actor.of(request.user))
    return _back(request, case, _("The entry is taken back."))


@case_act("GET", "HEAD", "POST")
def facts(request: HttpRequest, case: Case) -> HttpResponse:
    """Change what is known of the firm."""
    form = forms.FactsForm(request.POST or None, initial=forms.facts_of(case.firm))
    if request.method == "POST" and form.is_valid():
        change_facts(case=case, facts=form.given(), by=Actor.of(request.user))
        return _back(request, case, _("Saved."))
    return _page(request, case, "facts", form)


@case_act("POST")
def contact(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask an address whether it may become a contact."""
    form = forms.ContactForm(request.POST, auto_id="id_contact_%s")
    if not form.is_valid():
        return _again(request, case, contact_form=form)
    ask_contact(case=case, language="de", by=Actor.of(request.user), **form.cleaned_data)
    return _back(request, case, _("A mail asks the person to confirm her address."))


@case_act("POST")
def consent(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Note what a person agreed to when she was spoken with."""
    person = get_object_or_404(Contact, pk=pk, firm=case.firm)
    form = forms.ConsentForm(request.POST)
    if form.is_valid():
        purposes = set(form.cleaned_data["purposes"])
        note_consents(case=case, contact=person, purposes=purposes, by=Actor.of(request.user))
    return _back(request, case, _("Saved."))


@case_act("POST")
def forget_contact(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Erase one person's name and address."""
    person = get_object_or_404(Contact, pk=pk, firm=case.firm)
    remove_contact(contact=person, by=Actor.of(request.user))
    return _back(request, case, _("Name and address of this person are erased."))


@case_act("POST")
def keep_confidential(request: HttpRequest, case: Case) -> HttpResponse:
    """Hide a case from the other advisers, or show it to them again."""
    wanted = request.POST.get("confidential") == "yes"
    set_confidential(case=case, confidential=wanted, by=Actor.of(request.user))
    said = _("Only you and the head of the hub see this case now.")
    return _back(request, case, said if wanted else _("All advisers see this case again."))


@case_act("POST")
def take_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Make a case one's own."""
    person = signed_in(request)
    take(case=case, adviser=person, by=Actor.of(person))
    return _back(request, case, _("This is your case now."))


@case_act("GET", "HEAD", "POST")
def give(request: HttpRequest, case: Case) -> HttpResponse:
    """Hand a case over to another adviser."""
    form = forms.HandOverForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        told = hand_over(case=case, by=Actor.of(request.user), **form.cleaned_data)
        return _back(request, case, _("The case is with %(name)s now.") % {"name": told.taker})
    return _page(request, case, "hand_over", form)


@case_act("GET", "HEAD", "POST")
def close_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Close a case."""
    form = forms.CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close(case=case, by=Actor.of(request.user), **form.cleaned_data)
        return _back(request, case, _("The case is closed."))
    open_tasks = case.tasks.filter(done_at=None).count()
    return _page(request, case, "close", form, open_tasks=open_tasks, retention=retention_of(case))


@case_act("POST")
def reopen_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Let a closed case go on."""
    reopen(case=case, by=Actor.of(request.user))
    return _back(request, case, _("The case goes on."))


@case_act("GET", "HEAD", "POST")
def erase(request: HttpRequest, case: Case) -> HttpResponse:
    """Erase the firm's data because it told an adviser so."""
    form = forms.EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erase_firm(firm=case.firm, by=Actor.of(request.user))
        return _back(request, case, _("The firm’s data is erased. The figures stay."))
    return _page(request, case, "erase", form)
