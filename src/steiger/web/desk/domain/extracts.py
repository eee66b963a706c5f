"""Taking data along is an act of its own: who, when, what, how many rows, why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleName, User
from steiger.web.desk.models import Extract

#: A purpose that says something.
SHORTEST = 8


class PurposeError(ValueError):
    """There is no purpose, or one that says nothing."""


@transaction.atomic
def note_extract(
    *,
    person: User,
    kind: str,
    form: str,
    columns: Sequence[str],
    filters: Mapping[str, Any],
    rows: int,
    purpose: str,
) -> Extract:
    """Write the log before the first row leaves.

    The audit log gets kind and number; the purpose stays here, where it can be erased.

    Raises:
        PurposeError: the purpose is shorter than ``SHORTEST`` signs.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < SHORTEST:
        raise PurposeError
    by = audit.Actor.of(person)
    extract = Extract.objects.create(
        person=person,
        as_role=by.role,
        kind=kind,
        form=form,
        columns=list(columns),
        filters=dict(filters),
        rows=rows,
        purpose=purpose[:500],
    )
    told = {"kind": kind, "form": form, "rows": rows, "columns": list(columns)}
    audit.record(by=by, act="desk.extract.take", on=extract, changes=told)
    return extract


def extracts_seen_by(person: User) -> QuerySet[Extract]:
    """The log: administrators see all of it, others what they took themselves."""
    found = Extract.objects.select_related("person")
    return found if person.has_role(RoleName.ADMINISTRATOR) else found.filter(person=person)
