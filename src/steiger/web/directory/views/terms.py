"""Vocabularies: moderators read and edit the words of the Landkarte."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.domain.audit import Actor as Person
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.models import RoleName
from steiger.web.directory.interfaces.terms import (
    NewTermForm,
    TermForm,
    save_new_term,
    save_term,
    term_groups,
)
from steiger.web.directory.models import Term


@require_safe
@role_required(RoleName.MODERATOR)
def vocabularies(request: HttpRequest) -> HttpResponse:
    """All terms by vocabulary, with how many actors carry each."""
    return render(request, "directory/terms.html", {"groups": term_groups()})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.MODERATOR)
def term(request: HttpRequest, vocabulary: str, key: str) -> HttpResponse:
    """Edit one term: words, meaning, fields, order, whether it can be chosen."""
    found = get_object_or_404(Term, vocabulary=vocabulary, key=key)
    form = TermForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        save_term(by=Person.of(request.user), form=form)
        messages.success(
            request, _("“%(term)s” is saved.") % {"term": form.cleaned_data["label_de"]}
        )
        return redirect("directory:terms")
    return render(request, "directory/term.html", {"form": form, "term": found})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(RoleName.MODERATOR)
def add(request: HttpRequest, vocabulary: str) -> HttpResponse:
    """Add a term to a vocabulary that takes new ones."""
    group = next((one for one in term_groups() if one.key == vocabulary and one.open), None)
    if group is None:
        raise Http404
    form = NewTermForm(request.POST or None, vocabulary=vocabulary)
    if request.method == "POST" and form.is_valid():
        row = save_new_term(by=Person.of(request.user), form=form)
        messages.success(request, _("“%(term)s” is saved.") % {"term": row.label_de})
        return redirect("directory:terms")
    return render(request, "directory/term.html", {"form": form, "group": group})
