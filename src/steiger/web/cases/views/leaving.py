"""The page behind the link in a mail that ends further ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steiger.web.cases.domain.leaving import LeaveError, contact_of, leave, still_agrees
from steiger.web.cases.views.entrance import secretive


# Mail programs post here without a form of ours (RFC 8058); the signed address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because mail scanners open every link; end the mails on POST."""
    try:
        contact = contact_of(token)
    except LeaveError:
        return render(request, "cases/link_gone.html", {"why": "unknown"}, status=404)
    if contact is not None and request.method == "POST":
        leave(contact=contact)
    done = contact is None or not still_agrees(contact)
    return render(request, "cases/unsubscribe.html", {"done": done})
