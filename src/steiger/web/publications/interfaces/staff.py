"""What staff see of publications, and what their forms do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.naming import actors_like
from steiger.web.publications.domain.publishing import FIELDS, change, create, not_ready
from steiger.web.publications.interfaces.forms import PublicationForm, VersionForm
from steiger.web.publications.interfaces.pages import file_line
from steiger.web.publications.models import DownloadCount, Publication

#: Why something cannot be published yet.
REASONS: dict[str, str | Promise] = {
    "authors": _("Name at least one organisation that wrote it."),
    "url": _("Give the address at which the recording is shown."),
    "transcript": _("Add the spoken words as text, so that nobody is left out."),
    "content": _("Upload a PDF, or add the text to read in the browser."),
    "accessible": _(
        "Not everyone can read the PDF (see what was found). Upload a better one, or add its text "
        "to read in the browser."
    ),
}


def reasons_in_words(keys: Iterable[str]) -> list[str]:
    """What is missing, in words."""
    return [str(REASONS[key]) for key in keys]


def save_new(*, by: audit.Actor, form: PublicationForm, version: VersionForm) -> Publication:
    """Begin a publication from two forms that are valid."""
    values = form.cleaned_data
    return create(
        by=by,
        values={name: values[name] for name in FIELDS},
        authors=values["authors"],
        topics=list(values["topics"]),
        released_on=version.cleaned_data["released_on"],
        doi=version.cleaned_data["doi"],
    )


def save(*, by: audit.Actor, publication: Publication, form: PublicationForm) -> Publication:
    """Change a publication by a form that is valid."""
    values = form.cleaned_data
    return change(
        publication=publication,
        by=by,
        values={name: values[name] for name in FIELDS},
        authors=values["authors"],
        topics=list(values["topics"]),
    )


def manage_context(publication: Publication) -> dict[str, Any]:
    """Versions with files and findings, authors with proposals, what is missing, figures."""
    versions = list(publication.versions.prefetch_related("documents"))
    taken = dict(
        DownloadCount.objects.filter(document__version__publication=publication)
        .order_by()
        .values_list("document__version_id")
        .annotate(sum=Sum("number"))
    )
    authors = list(publication.authors.select_related("actor"))
    newest = versions[0] if versions else None
    return {
        "publication": publication,
        "versions": [
            (v, [file_line(d, publication, v) for d in v.documents.all()], taken.get(v.pk, 0))
            for v in versions
        ],
        "newest": newest,
        "authors": [(a, [] if a.actor else actors_like(a.organisation)) for a in authors],
        "missing": reasons_in_words(not_ready(publication)),
        "can_publish": bool(
            newest and (publication.state != Publication.State.PUBLISHED or not newest.public)
        ),
        "orders": publication.orders.exclude(confirmed_at=None).count(),
    }
