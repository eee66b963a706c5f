"""Tables to take along, and the log of who took which."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from steiger.web.accounts.interfaces.access import role_required, signed_in
from steiger.web.desk.domain.extracts import extracts_seen_by, note_extract
from steiger.web.desk.interfaces.files import file_of, table
from steiger.web.desk.interfaces.forms import ExtractForm
from steiger.web.desk.interfaces.frame import frame
from steiger.web.desk.interfaces.kinds import KINDS, kind_words, kinds_for

PER_PAGE = 25


@require_safe
@role_required()
def extracts(request: HttpRequest) -> HttpResponseBase:
    """What can be taken along, and what was."""
    person = signed_in(request)
    page = Paginator(extracts_seen_by(person), PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request) | {
        "kinds": kinds_for(person),
        "page_obj": page,
        "rows": [(row, kind_words(row.kind)) for row in page],
    }
    return render(request, "desk/extracts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def extract(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Choose rows and columns, say why, get the file."""
    person = signed_in(request)
    if kind not in KINDS:
        raise Http404
    chosen = KINDS[kind]
    if not person.has_role(*chosen.roles):
        raise PermissionDenied
    form = ExtractForm(request.POST if request.method == "POST" else None, kind=chosen)
    if not form.is_valid():
        context = frame(request) | {"form": form, "kind": chosen}
        return render(request, "desk/extract.html", context, status=400 if form.errors else 200)
    good, choice = form.cleaned_data, form.choice()
    found, columns = chosen.rows(person, choice), chosen.chosen(good["columns"])
    keys = list(dict.fromkeys(found.values_list("pk", flat=True)))
    note_extract(
        person=person,
        kind=chosen.key,
        form=good["form"],
        columns=[column.key for column in columns],
        filters={name: str(value) for name, value in choice.items()},
        rows=len(keys),
        purpose=good["purpose"],
    )
    return file_of(chosen, good["form"], columns, table(found, keys, columns))
