"""What staff see and do: write, upload, publish, withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.interfaces.access import role_required
from steiger.web.publications.domain.publishing import (
    NotReadyError,
    begin_version,
    publish,
    put_file,
    withdraw,
)
from steiger.web.publications.interfaces.forms import (
    FileForm,
    NextVersionForm,
    PublicationForm,
    StateForm,
    VersionForm,
    WithdrawForm,
)
from steiger.web.publications.interfaces.staff import (
    manage_context,
    reasons_in_words,
    save,
    save_new,
)
from steiger.web.publications.models import Publication

PER_PAGE = 25


@require_safe
@role_required()
def publications(request: HttpRequest) -> HttpResponse:
    """All publications in every state."""
    chosen = StateForm(request.GET)
    page = Paginator(chosen.narrow(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publications/staff/list.html", {"filter": chosen, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def add(request: HttpRequest) -> HttpResponse:
    """Begin a publication."""
    form = PublicationForm(request.POST or None)
    version = VersionForm(request.POST or None, initial={"released_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() & version.is_valid():
        made = save_new(by=Actor.of(request.user), form=form, version=version)
        messages.success(request, _("The draft is saved. Now add its file."))
        return redirect("publications:manage", made.slug)
    context = {"form": form, "version_form": version}
    return render(request, "publications/staff/form.html", context, status=_status(request))


@require_safe
@role_required()
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """One publication with its versions, files, what is missing, and what can be done."""
    return _manage(request, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said about a publication."""
    found = get_object_or_404(Publication, slug=slug)
    form = PublicationForm(request.POST or None, publication=found)
    if request.method == "POST" and form.is_valid():
        try:
            save(by=Actor.of(request.user), publication=found, form=form)
        except NotReadyError as error:
            for reason in reasons_in_words(error.reasons):
                form.add_error(None, reason)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("publications:manage", slug)
    context = {"form": form, "publication": found}
    return render(request, "publications/staff/form.html", context, status=_status(request))


@require_POST
@role_required()
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a PDF to the newest version; it is checked first."""
    found = get_object_or_404(Publication, slug=slug)
    version = found.versions.first()
    form = FileForm(request.POST, request.FILES)
    if version is None or version.public or not form.is_valid():
        return _manage(request, slug, file_form=form, status=400)
    put_file(
        version=version,
        by=Actor.of(request.user),
        language=form.cleaned_data["language"],
        data=form.data_read,
        found=form.cleaned_data["file"],
    )
    messages.success(request, _("The file is kept. See below what was found."))
    return redirect("publications:manage", slug)


@require_POST
@role_required()
def next_version(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version; readers see the one before until it is published."""
    found = get_object_or_404(Publication, slug=slug)
    form = NextVersionForm(request.POST)
    if not form.is_valid():
        return _manage(request, slug, version_form=form, status=400)
    begin_version(publication=found, by=Actor.of(request.user), **form.cleaned_data)
    messages.success(request, _("The next version is begun. Now add its file."))
    return redirect("publications:manage", slug)


@require_POST
@role_required()
def publish_it(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the public see the newest version."""
    found = get_object_or_404(Publication, slug=slug)
    try:
        publish(publication=found, by=Actor.of(request.user))
    except NotReadyError:
        messages.error(request, _("It cannot be published yet. See below what is missing."))
    else:
        messages.success(request, _("It is published."))
    return redirect("publications:manage", slug)


@require_POST
@role_required()
def withdraw_it(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a publication back; its address says why."""
    found = get_object_or_404(Publication, slug=slug)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _manage(request, slug, withdraw_form=form, status=400)
    reason = form.cleaned_data["reason"]
    withdraw(publication=found, by=Actor.of(request.user), reason=reason)
    messages.success(request, _("It is withdrawn. Its address says why."))
    return redirect("publications:manage", slug)


def _manage(
    request: HttpRequest,
    slug: str,
    *,
    file_form: FileForm | None = None,
    version_form: NextVersionForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = get_object_or_404(Publication, slug=slug)
    context = manage_context(found) | {
        "file_form": file_form or FileForm(),
        "version_form": version_form or NextVersionForm(),
        "withdraw_form": withdraw_form or WithdrawForm(),
    }
    return render(request, "publications/staff/manage.html", context, status=status)


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" else 200
