"""Entries of the map for the staff's search; those not public for moderators only."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import RoleName, User
from steiger.web.directory.models import Actor, Name


def _rows(person: User, text: str) -> QuerySet[Actor]:
    seen = Actor.objects.exclude(state=Actor.State.MERGED)
    if not person.has_role(RoleName.MODERATOR):
        seen = seen.filter(state=Actor.State.PUBLISHED)
    names = Name.objects.filter(actor=OuterRef("pk"))
    return holding(seen, text, "name", "town", beside=((names, ("text",)),)).order_by("name", "pk")


def _hit(actor: Actor) -> Hit:
    is_plain = actor.state == Actor.State.PUBLISHED
    return Hit(
        kind=_("Entry on the map"),
        title=actor.name,
        url=actor.get_absolute_url(),
        note=actor.town,
        state="" if is_plain else actor.get_state_display(),
    )


register(
    Searcher(
        key="landkarte", label=gettext_lazy("Entries on the map"), place=70, rows=_rows, hit=_hit
    )
)
