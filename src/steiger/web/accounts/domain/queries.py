"""Reads of people and of the log."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from steiger.web.accounts.models import LogEntry, RoleGrant, User


def people(text: str = "", role: str = "") -> QuerySet[User]:
    """People with their roles, by address."""
    rows = User.objects.prefetch_related(
        Prefetch("grants", RoleGrant.objects.order_by("role"))
    ).order_by("email")
    if text:
        rows = rows.filter(email__icontains=text)
    if role:
        rows = rows.filter(grants__role=role)
    return rows


def log_entries(
    *,
    act: str = "",
    object_type: str = "",
    object_id: str = "",
    person: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[LogEntry]:
    """Entries of the audit log, newest first."""
    rows = LogEntry.objects.all()
    if act:
        rows = rows.filter(act=act)
    if object_type:
        rows = rows.filter(object_type=object_type)
    if object_id:
        rows = rows.filter(object_id=object_id)
    if person is not None:
        rows = rows.filter(user_number=person)
    if since:
        rows = rows.filter(at__date__gte=since)
    if until:
        rows = rows.filter(at__date__lte=until)
    return rows
