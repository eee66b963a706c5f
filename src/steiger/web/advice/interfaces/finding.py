"""Bookings for the staff's search."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain import texts
from steiger.web.advice.domain.queries import bookings_of
from steiger.web.advice.models import Booking

WORDS = ("words", "situation", "data", "idea", "risk", "next_steps")


def _rows(person: User, text: str) -> QuerySet[Booking]:
    seen = bookings_of(person).filter(erased_at=None)
    return holding(seen, text, "firm_name", "contact", "email", *WORDS).order_by("-starts_at", "pk")


def _hit(booking: Booking) -> Hit:
    return Hit(
        kind=_("Consultation"),
        title=booking.firm_name or booking.contact,
        url=reverse("advice:booking", kwargs={"booking": booking.pk}),
        note=f"{texts.moment_text(booking.starts_at)} · {booking.adviser.name}",
        state=booking.get_state_display(),
    )


register(
    Searcher(
        key="sprechstunden",
        label=gettext_lazy("Consultations"),
        place=20,
        roles=(RoleName.ADVISER,),
        rows=_rows,
        hit=_hit,
    )
)
