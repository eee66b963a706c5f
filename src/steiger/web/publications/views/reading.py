"""What everyone reads: the list, a publication, its files, its citation, the feed."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from steiger.web.accounts.interfaces.access import may
from steiger.web.publications.domain.downloads import count_download
from steiger.web.publications.domain.queries import find
from steiger.web.publications.interfaces.citing import FORMS, citation_of
from steiger.web.publications.interfaces.feeds import feed as written_feed
from steiger.web.publications.interfaces.finder import list_context
from steiger.web.publications.interfaces.pages import page_context, shown_version
from steiger.web.publications.models import Document, Publication, Version


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """All publications, narrowed by words and facets that stand in the address."""
    return render(request, "publications/list.html", list_context(request.GET))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest publications for feed readers, narrowed like the list."""
    return HttpResponse(
        written_feed(request.GET), content_type="application/rss+xml; charset=utf-8"
    )


@require_safe
def publication(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One publication in its newest or an older version."""
    found = find(slug)
    if found is None or (found.state == Publication.State.DRAFT and not may(request.user)):
        raise Http404
    if found.state == Publication.State.WITHDRAWN and not may(request.user):
        return render(request, "publications/withdrawn.html", {"publication": found}, status=410)
    version = shown_version(found, number, preview=may(request.user))
    if version is None:
        raise Http404
    return render(request, "publications/publication.html", page_context(found, version))


@require_safe
def file(request: HttpRequest, slug: str, number: int, language: str) -> HttpResponseBase:
    """One file, counted by day and otherwise by nobody."""
    document = get_object_or_404(
        Document.objects.select_related("version__publication"),
        version__publication__slug=slug,
        version__number=number,
        language=language,
    )
    version = document.version
    public = version.public and version.publication.state == Publication.State.PUBLISHED
    if not (public or may(request.user)) or not default_storage.exists(document.path):
        raise Http404
    if public and request.method == "GET" and not may(request.user):
        count_download(document=document)
    response = FileResponse(
        default_storage.open(document.path),
        as_attachment=True,
        filename=document.name,
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def cite(request: HttpRequest, slug: str, number: int, style: str) -> HttpResponse:
    """The citation of a version in one of the formats."""
    found = find(slug)
    if style not in FORMS or found is None or found.state != Publication.State.PUBLISHED:
        raise Http404
    version = get_object_or_404(Version, publication=found, number=number, public=True)
    form, citation = FORMS[style], citation_of(found, version)
    response = HttpResponse(form.write(citation), content_type=f"{form.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{citation.key}.{form.ending}"'
    return response
