"""Handing out a firm's data is an act of its own."""

from __future__ import annotations

from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.cases.models import Firm


@transaction.atomic
def note_export(*, firm: Firm, form: str, by: audit.Actor) -> None:
    """Say in the log that data was handed out, and in which form."""
    audit.record(by=by, act="cases.firm.export", on=firm, changes={"form": form})
