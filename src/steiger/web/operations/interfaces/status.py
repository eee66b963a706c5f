"""Findings as the status page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.operations.domain.findings import Finding

PARTS = {
    "database": gettext_lazy("Database"),
    "index": gettext_lazy("Search index"),
    "mail": gettext_lazy("Mail"),
    "address": gettext_lazy("Public address"),
    "clock": gettext_lazy("Clock"),
    "disk": gettext_lazy("Disk"),
    "workers": gettext_lazy("Background work"),
    "files": gettext_lazy("Built files"),
    "region": gettext_lazy("Region"),
    "flood": gettext_lazy("Flood networks"),
    "audits": gettext_lazy("AI examinations"),
}
STATES = {
    "ok": gettext_lazy("In order"),
    "warn": gettext_lazy("Look at it"),
    "fail": gettext_lazy("Broken"),
}
ICONS = {"ok": "success", "warn": "warning", "fail": "danger"}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One finding in words."""

    part: str
    state: str
    state_name: str
    icon: str
    text: str
    todo: str


def status_rows(findings: Iterable[Finding]) -> list[StatusRow]:
    """Rows for the page; a part without a name keeps its key."""
    return [
        StatusRow(
            part=str(PARTS.get(finding.part, finding.part)),
            state=finding.state,
            state_name=str(STATES[finding.state]),
            icon=ICONS[finding.state],
            text=finding.text,
            todo=finding.todo or _("Nothing to do."),
        )
        for finding in findings
    ]
