"""A crowd that registers, leaves and waits, and the laws that must hold whatever it does."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.events.domain import managing, registering, rules, seats
from steiger.web.events.domain.expiring import expire_due
from steiger.web.events.domain.registering import Person, RegistrationError
from steiger.web.events.models import Event, Registration

State = Registration.State
_numbers = count(1)


class Crowd:
    """People at one event. Remembers everybody who confirmed, to see that nobody is lost."""

    def __init__(self, event: Event) -> None:
        self.event, self.ticket = event, event.tickets.get()
        self.confirmed: set[Any] = set()
        #: The lowest quota there ever was; a larger group may have been passed over.
        self.lowest = self.ticket.quota
        self.lock = threading.Lock()

    def _pick(self, pick: int, *states: State) -> Any:
        rows = Registration.objects.filter(ticket=self.ticket, state__in=states)
        keys = list(rows.order_by("created_at", "pk").values_list("pk", flat=True))
        return keys[pick % len(keys)] if keys else None

    def register(self, wanted: int, *, confirm: bool) -> None:
        who = Person(name="Beispiel", email=f"menge{next(_numbers)}@example.org")
        try:
            row = registering.register(ticket=self.ticket, who=who, seats_wanted=wanted)
        except RegistrationError:
            return
        if confirm and row is not None:
            self._confirm(row.pk)

    def _confirm(self, key: Any) -> None:
        try:
            registering.confirm(registration_id=key)
        except RegistrationError:
            return
        with self.lock:
            self.confirmed.add(key)

    def confirm(self, pick: int) -> None:
        key = self._pick(pick, State.ASKED, State.ASKED_LATE)
        if key:
            self._confirm(key)

    def accept(self, pick: int, *, fewer: bool) -> None:
        key = self._pick(pick, State.OFFERED)
        if key:
            try:
                registering.accept(registration_id=key, seats_wanted=1 if fewer else None)
            except RegistrationError:
                return

    def resize(self, pick: int, wanted: int) -> None:
        key = self._pick(pick, State.CONFIRMED, State.WAITING, State.OFFERED)
        if key:
            try:
                registering.resize(registration_id=key, seats_wanted=wanted)
            except RegistrationError:
                return

    def leave(self, pick: int) -> None:
        key = self._pick(pick, *Registration.ALIVE)
        if key:
            registering.leave(registration_id=key)

    def pass_time(self, span: timedelta) -> None:
        """Everything that has a term comes nearer to it."""
        rows = Registration.objects.filter(ticket=self.ticket)
        rows.exclude(until=None).update(until=F("until") - span)
        rows.update(created_at=F("created_at") - span)
        expire_due(timezone.now())

    def change_quota(self, quota: int) -> None:
        try:
            managing.save_ticket(
                event=self.event, ticket=self.ticket, values={"quota": quota}, by=SYSTEM
            )
        except managing.ManagingError:
            return
        self.lowest = min(self.lowest, quota)

    def act(self, rng: random.Random) -> None:
        """One thing that somebody does."""
        pick = rng.randrange(1000)
        acts = (
            (5, lambda: self.register(rng.choice((1, 1, 1, 2, 3)), confirm=rng.random() < 0.8)),
            (2, lambda: self.confirm(pick)),
            (3, lambda: self.accept(pick, fewer=rng.random() < 0.2)),
            (1, lambda: self.resize(pick, rng.randint(1, 3))),
            (3, lambda: self.leave(pick)),
            (1, lambda: expire_due(timezone.now())),
            (1, lambda: self.change_quota(rng.randint(0, 12))),
        )
        rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()


def problems(crowd: Crowd) -> list[str]:
    """Which laws are broken, in words; nothing if all hold."""
    found = []
    ticket = seats.TicketKind.objects.get(pk=crowd.ticket.pk)
    rows = Registration.objects.filter(ticket=ticket)
    taken = rows.filter(state__in=Registration.HOLDING).aggregate(sum=Sum("seats"))["sum"] or 0
    queue = seats.queue_of(ticket)
    if taken > ticket.quota:
        found.append(f"over quota: {taken} of {ticket.quota}")
    if (ticket.taken, ticket.waiting) != (taken, len(rules.servable(ticket.quota, queue))):
        found.append(f"sums are wrong: {ticket.taken} {ticket.waiting}, not {taken} {len(queue)}")
    if rules.next_offers(quota=ticket.quota, taken=taken, queue=queue):
        found.append("seats are free, and the head of the list is not served")
    numbers = list(rows.filter(state=State.WAITING).values_list("number", "seats"))
    offered = list(rows.filter(state=State.OFFERED).values_list("number", flat=True))
    # Whoever has an offer stood before everybody who still waits and was never too large.
    waiting = [number for number, wanted in numbers if wanted <= crowd.lowest]
    if offered and waiting and max(offered) > min(waiting):
        found.append(f"overtaken: {max(offered)} before {min(waiting)}")
    if None in offered or any(number is None for number, _ in numbers):
        found.append("no place in the order")
    lost = crowd.confirmed - set(rows.values_list("pk", flat=True))
    if lost:
        found.append(f"lost: {len(lost)}")
    if rows.filter(state=State.CONFIRMED, code="").exists():
        found.append("a place without a code")
    return found
