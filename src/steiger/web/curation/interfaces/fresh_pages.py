"""What the pages on freshness and contact persons show."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.web.accounts.models import User
from steiger.web.curation.domain.contacts import shown_of
from steiger.web.curation.domain.link_check import for_moderators
from steiger.web.curation.domain.reminders import deliveries, failed_mails
from steiger.web.curation.models import ContactPerson, Freshness, Representation
from steiger.web.directory.domain.details import actor_details
from steiger.web.directory.models import Actor

PARTS = ("", "ohne", "websites", "mails")


def entry_context(actor: Actor) -> dict[str, Any]:
    """An entry, short enough to be checked at a glance."""
    details = actor_details(actor)
    return {"actor": actor, "details": details, "seat": details.seat}


def own_entries(person: User) -> QuerySet[Representation]:
    """The entries for which a person speaks, the oldest confirmation first."""
    active = Representation.State.ACTIVE
    found = Representation.objects.filter(user=person, state=active).select_related(
        "actor", "actor__freshness"
    )
    return found.annotate(last=Max("actor__confirmations__at")).order_by(
        F("last").asc(nulls_first=True), "actor__sort_name"
    )


def overview_context(part: str) -> dict[str, Any]:
    """One part of the editors' page with its tabs."""
    part = part if part in PARTS else ""
    labels = (
        _("Oldest first"),
        _("Nobody speaks for them"),
        _("Websites"),
        _("Mails that failed"),
    )
    path = reverse("curation:freshness")
    tabs = [
        {"label": label, "url": f"{path}?teil={key}" if key else path, "current": key == part}
        for key, label in zip(PARTS, labels, strict=True)
    ]
    return {"part": part, "tabs": tabs, "rows": _rows(part), "sent": deliveries()}


def _rows(part: str) -> Any:
    if part == "websites":
        return list(for_moderators())
    if part == "mails":
        return list(failed_mails())
    actors = Actor.objects.filter(is_example=False).annotate(last=Max("confirmations__at"))
    speaking = Representation.objects.filter(
        actor=OuterRef("pk"), state=Representation.State.ACTIVE
    )
    if part == "ohne":
        silent = actors.filter(~Exists(speaking), state=Actor.State.PUBLISHED)
        return silent.order_by(F("last").asc(nulls_first=True), "sort_name")
    open_ones = Freshness.objects.exclude(state=Freshness.State.FRESH).values("actor")
    return (
        actors.filter(pk__in=open_ones)
        .select_related("freshness")
        .order_by("freshness__since", "sort_name")
    )


def contacts_shown(actor: Actor) -> list[ContactPerson] | None:
    """Contact persons for the page of an entry; None for no part."""
    return list(shown_of(actor.pk)) or None
