"""Pages for those who look after people and the log."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.domain.people import (
    PeopleError,
    create_person,
    grant_role,
    revoke_role,
)
from steiger.web.accounts.domain.queries import log_entries
from steiger.web.accounts.domain.queries import people as find_people
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.accounts.interfaces.exports import log_as_csv
from steiger.web.accounts.interfaces.forms import InviteForm, LogFilter, PeopleFilter, RoleForm
from steiger.web.accounts.models import RoleName, User

PER_PAGE = 50


@role_required(RoleName.ADMINISTRATOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and their roles."""
    chosen = PeopleFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    rows = find_people(wanted.get("q", ""), wanted.get("role", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": chosen, "page_obj": page, "invite": InviteForm()}
    return render(request, "accounts/people.html", context)


@role_required(RoleName.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: give and take roles."""
    found = get_object_or_404(User, pk=number)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = revoke_role if "revoke" in request.POST else grant_role
        try:
            act(user=found, by=Actor.of(request.user), **form.cleaned_data)
        except PeopleError:
            form.add_error("role", _("The last administrator stays: name another one first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", number=number)
    context = {"person": found, "form": form, "grants": found.grants.order_by("role")}
    return render(request, "accounts/person.html", context)


@role_required(RoleName.ADMINISTRATOR)
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Add a person with a first role; they sign in with a code by e-mail."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give an e-mail address, a role and a reason."))
        return redirect("accounts:people")
    by = Actor.of(request.user)
    try:
        added = create_person(email=form.cleaned_data["email"], by=by, verified=True)
    except PeopleError:
        messages.error(request, _("This address belongs to an account already."))
        return redirect("accounts:people")
    role, reason = form.cleaned_data["role"], form.cleaned_data["reason"]
    grant_role(user=added, role=role, by=by, reason=reason)
    messages.success(request, _("Added. The person signs in with a code by e-mail."))
    return redirect("accounts:person", number=added.pk)


@role_required(RoleName.ADMINISTRATOR, RoleName.MODERATOR)
@require_safe
def log(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The audit log, to read and as CSV."""
    chosen = LogFilter(request.GET)
    wanted = chosen.cleaned_data if chosen.is_valid() else {}
    rows = log_entries(**{key: value for key, value in wanted.items() if value})
    if request.GET.get("format") == "csv":
        response = StreamingHttpResponse(log_as_csv(rows.iterator()), content_type="text/csv")
        response["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        return response
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/log.html", {"filter": chosen, "page_obj": page})
