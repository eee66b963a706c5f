"""Everything about a firm as a file: JSON for machines, one readable page, or both with evidence.

The firm gets what is meant for it. An adviser who answers a request for information (Art. 15 GDPR)
gets the internal notes, too. What one of its people did without naming the firm is hers: it stands
in the file that she makes herself, and in nobody else's.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone

from steiger.web.cases.domain.queries import path_of
from steiger.web.cases.domain.retention import erased_on, rules
from steiger.web.cases.domain.rooms import kept_elsewhere
from steiger.web.cases.interfaces.kept_words import kept_parts
from steiger.web.cases.interfaces.pages import consents_of, firm_view, people_of, steps_of
from steiger.web.cases.models import Case, CaseEntry, Contact, Evidence, Firm

FORMS = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}


def everything(
    firm: Firm, *, reader: Contact | None = None, internal: bool = False
) -> dict[str, Any]:
    """All that is kept about a firm, as JSON values.

    Args:
        reader: who of the firm asks; what other rooms keep about her alone is in it, too.
    """
    cases = firm.cases.exclude(state=Case.State.MERGED).order_by("opened_at")
    told: dict[str, Any] = {
        "made_at": timezone.now().isoformat(),
        "firm": _firm(firm),
        "contacts": [_contact(contact) for contact in firm.contacts.all()],
        "unconfirmed_addresses": list(firm.pending_contacts.values("name", "email")),
        "cases": [_case(case, internal) for case in cases],
        "path": [_entry(e) for e in path_of(firm, all_of_it=internal).order_by("happened_at")],
        "other_rooms": kept_elsewhere(firm.pk, _addresses(reader)),
        "retention": {
            "words_names_addresses_months_after_closing": rules().keep_months,
            "closed_without_news_after_months": rules().dormant_months,
            "unconfirmed_addresses_days": rules().unconfirmed_days,
        },
        "purpose": Firm.PERSONAL_DATA | Contact.PERSONAL_DATA | CaseEntry.PERSONAL_DATA,
        "internal_notes_included": internal,
    }
    return told


def _addresses(reader: Contact | None) -> list[str]:
    return [reader.email] if reader else []


def _firm(firm: Firm) -> dict[str, Any]:
    return {
        "id": str(firm.pk),
        "name": firm.name,
        "size": firm.size,
        "sector": firm.sector,
        "municipality": firm.municipality,
        "entry_on_the_map": firm.actor.get_absolute_url() if firm.actor else None,
        "known_since": firm.created_at.isoformat(),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    events = contact.consents.values("purpose", "given", "told", "at")
    return {
        "name": contact.name,
        "email": contact.email,
        "language": contact.language,
        "consents": [event | {"at": event["at"].isoformat()} for event in events],
    }


def _case(case: Case, internal: bool) -> dict[str, Any]:
    day = erased_on(case)
    told: dict[str, Any] = {
        "id": str(case.pk),
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "closing": case.closing,
        "words_erased_on": day.isoformat() if day else None,
    }
    if internal:
        told["tasks"] = [
            {"title": t.title, "due_on": t.due_on.isoformat(), "done": t.done_at is not None}
            for t in case.tasks.all()
        ]
        told["hand_overs"] = [
            {"at": h.at.isoformat(), "reason": h.reason} for h in case.hand_overs.all()
        ]
    return told


def _entry(entry: CaseEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "happened_at": entry.happened_at.isoformat(),
        "title": entry.title,
        "details": entry.details,
        "result": entry.result,
        "amount_eur": entry.amount_eur,
        "partner": entry.partner.name if entry.partner else None,
        "told_by": entry.room,
        "evidence": [
            {"url": e.url, "file": file_name(e) if e.file else ""} for e in entry.evidence.all()
        ],
    }


def file_name(evidence: Evidence) -> str:
    """A name for a file that is unique within the export."""
    return f"{evidence.pk}-{evidence.name}"


def as_json(firm: Firm, *, reader: Contact | None = None, internal: bool = False) -> bytes:
    """The data, indented."""
    told = everything(firm, reader=reader, internal=internal)
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def as_html(firm: Firm, *, reader: Contact | None = None, internal: bool = False) -> bytes:
    """One page that can be read and printed without anything else."""
    entries = path_of(firm, all_of_it=internal).order_by("happened_at")
    context = {
        "firm": firm_view(firm),
        "people": people_of(firm),
        "consents": {contact.pk: consents_of(contact) for contact in firm.contacts.all()},
        "cases": [(case, erased_on(case)) for case in firm.cases.exclude(state="merged")],
        "steps": steps_of(entries),
        "parts": kept_parts(kept_elsewhere(firm.pk, _addresses(reader))),
        "rules": rules(),
        "internal": internal,
        "now": timezone.now(),
    }
    return render_to_string("cases/export.html", context).encode()


def as_zip(firm: Firm, *, reader: Contact | None = None, internal: bool = False) -> bytes:
    """Both, with the files that are evidence."""
    packed = io.BytesIO()
    evidence = Evidence.objects.filter(entry__in=path_of(firm, all_of_it=internal))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("daten.json", as_json(firm, reader=reader, internal=internal))
        archive.writestr("lesbar.html", as_html(firm, reader=reader, internal=internal))
        for one in evidence.exclude(file=""):
            with default_storage.open(str(one.file.name)) as file:
                archive.writestr(f"belege/{file_name(one)}", file.read())
    return packed.getvalue()


MAKERS = {"json": as_json, "html": as_html, "zip": as_zip}
