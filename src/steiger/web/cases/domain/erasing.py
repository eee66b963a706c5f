"""Forgetting: words, names, addresses and files go; kind, time, size, sector and district stay.

What is left cannot be traced to a firm by anything that this room keeps; the counted figures of
:mod:`.queries` are the same before and after.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.cases.domain import mails, rooms
from steiger.web.cases.domain.cases import close
from steiger.web.cases.domain.contacts import agreed, prune_pending, remove_contact
from steiger.web.cases.domain.entries import ROOM
from steiger.web.cases.domain.files import drop_files, sweep_files
from steiger.web.cases.domain.links import prune_links
from steiger.web.cases.domain.retention import add_months, rules
from steiger.web.cases.models import (
    Case,
    CaseEntry,
    CaseTask,
    Contact,
    Evidence,
    Firm,
    HandOver,
    PendingContact,
)

#: How many cases are erased within one transaction.
BATCH = 50
#: Acts by which a person has a case in hand.
IN_HAND = ("cases.case.open", "cases.case.take", "cases.case.reopen", "cases.case.confidential")


@transaction.atomic
def erase_firm(
    *,
    firm: Firm,
    by: audit.Actor,
    wished_by: Contact | None = None,
    at: datetime | None = None,
    everywhere: bool = True,
) -> None:
    """Erase everything about a firm, in other rooms too. Doing it twice does no harm.

    Args:
        wished_by: who of the firm wants it: what she did without naming the firm goes, too. What
            her colleagues did so is theirs. Who alone speaks for a firm need not be named.
        everywhere: whether other rooms forget the firm, too. They do when the firm wants it; when
            only time has passed, each room keeps to its own times.
    """
    firm = Firm.objects.select_for_update(of=("self",)).get(pk=firm.pk)
    if firm.erased_at is not None:
        return
    for case in firm.cases.filter(state=Case.State.OPEN):
        close(case=case, why=Case.Closing.ERASED, by=by, at=at)
    for case in firm.cases.filter(erased_at=None):
        _erase_case(case, by, at)
    addresses = list(firm.contacts.values_list("email", flat=True))
    if everywhere:
        if wished_by or len(addresses) > 1:
            addresses = [wished_by.email] if wished_by else []
        rooms.erase_elsewhere(firm.pk, addresses)
    # What waits for a colleague may be her own, such as a warning of a flood.
    mails.forget_waiting(addresses)
    _erase_facts(firm, by, at)


@transaction.atomic
def erase_case(*, case: Case, by: audit.Actor, at: datetime | None = None) -> None:
    """Erase the words of a closed case; with its last one the firm is forgotten, too."""
    firm = Firm.objects.select_for_update(of=("self",)).get(pk=case.firm_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.erased_at is None:
        _erase_case(case, by, at)
    if firm.erased_at is None and not firm.cases.filter(erased_at=None).exists():
        mails.forget_waiting(list(firm.contacts.values_list("email", flat=True)))
        _erase_facts(firm, by, at)


@transaction.atomic
def erase_person(address: str) -> int:
    """Forget one address as a contact of any firm; returns how many things.

    Where nobody else speaks for a firm, its name and its path are this person's, and go with her;
    colleagues keep the path of theirs.
    """
    number = 0
    for pending in PendingContact.objects.filter(email__iexact=address):
        audit.record(by=audit.VISITOR, act="cases.contact.expire", on=pending)
        pending.delete()
        number += 1
    for contact in Contact.objects.filter(email__iexact=address).select_related("firm"):
        if contact.firm.contacts.exclude(email__iexact=address).exists():
            remove_contact(contact=contact, by=audit.VISITOR)
        else:
            # Every room is asked about the address itself, so none is asked about the firm here.
            erase_firm(firm=contact.firm, by=audit.VISITOR, everywhere=False)
        number += 1
    return number


@transaction.atomic
def let_go(
    *, addresses: Collection[str], room: str, sources: Collection[str], at: datetime | None = None
) -> int:
    """Forget firms about which nothing else is kept; returns how many.

    A room calls this when the time of what it kept is over. Else a firm that came to one event
    would be known for years, although the form said some days.

    Args:
        addresses: of the people whom it concerned. What was cancelled stands in no case any more.
        room: its name, as in ``CaseEntry.room``.
        sources: what it told. The firm's people may have gone meanwhile.
        at: the time that counts as now.
    """
    wanted = {address.lower() for address in addresses if address}
    told = CaseEntry.objects.filter(room=room, source__in=list(sources))
    concerned = Q(contacts__email__in=wanted) | Q(cases__in=told.values("case"))
    firms = Firm.objects.filter(concerned, erased_at=None).distinct()
    lonely = 0
    for pk in list(firms.order_by("pk").values_list("pk", flat=True)):
        # Who books meanwhile waits, or is seen.
        firm = Firm.objects.select_for_update(of=("self",)).get(pk=pk)
        if firm.erased_at or is_needed(firm):
            continue
        for case in firm.cases.filter(state=Case.State.OPEN):
            close(case=case, why=Case.Closing.DORMANT, by=audit.SYSTEM, at=at)
        erase_firm(firm=firm, by=audit.SYSTEM, at=at, everywhere=False)
        lonely += 1
    return lonely


def is_needed(firm: Firm) -> bool:
    """Whether something is kept for which the firm and its people have to be known.

    That is whatever another room keeps about them, what an adviser wrote, has to do or has in
    hand, and anything that one of its people agreed to.
    """
    people = list(firm.contacts.all())
    alive = firm.cases.filter(erased_at=None)
    return (
        CaseEntry.objects.filter(case__in=alive, room=ROOM).exists()
        or CaseTask.objects.filter(case__in=alive).exists()
        or HandOver.objects.filter(case__in=alive).exists()
        or _in_hand(alive.filter(state=Case.State.OPEN))
        or firm.pending_contacts.exists()
        or any(event.given for person in people for event in agreed(person).values())
        or any(rooms.kept_elsewhere(firm.pk, [person.email for person in people]).values())
    )


def _in_hand(cases: QuerySet[Case]) -> bool:
    """Whether somebody opened or took one of these cases; an adviser may also come with a booking.

    An adviser who has just spoken with a firm may not have written it down yet.
    """
    keys = [str(key) for key in cases.values_list("pk", flat=True)]
    acts = LogEntry.objects.filter(object_type="cases.case", object_id__in=keys, act__in=IN_HAND)
    return acts.exclude(user_number=None).exists()


def _erase_case(case: Case, by: audit.Actor, at: datetime | None) -> None:
    evidence = list(Evidence.objects.filter(entry__case=case))
    drop_files(evidence)
    Evidence.objects.filter(pk__in=[one.pk for one in evidence]).delete()
    CaseEntry.objects.filter(case=case).update(title="", details={})
    CaseTask.objects.filter(case=case).delete()
    HandOver.objects.filter(case=case).delete()
    case.erased_at = at or timezone.now()
    case.save(update_fields=["erased_at"])
    audit.record(by=by, act="cases.case.erase", on=case)


def _erase_facts(firm: Firm, by: audit.Actor, at: datetime | None) -> None:
    # An address that nobody confirmed may be anybody's: other rooms do not act on it.
    mails.forget_waiting(list(firm.pending_contacts.values_list("email", flat=True)))
    firm.contacts.all().delete()
    firm.pending_contacts.all().delete()
    place = firm.place
    # A town with few firms of one sector would still tell which one it was: the district stays.
    firm.name, firm.actor, firm.municipality = "", None, place[:5]
    firm.erased_at = at or timezone.now()
    firm.save(update_fields=["name", "actor", "municipality", "erased_at"])
    audit.record(by=by, act="cases.firm.erase", on=firm)


def erase_due(now: datetime | None = None) -> dict[str, int]:
    """The daily clean-up; returns how much of what went. Each step is complete in itself."""
    now = now or timezone.now()
    return {
        "dormant": _close_dormant(now),
        "cases": _erase_old_cases(now),
        "firms": _erase_firms_without_case(now),
        "pending": prune_pending(),
        "links": prune_links(),
        "files": sweep_files(),
    }


def _close_dormant(now: datetime) -> int:
    before = add_months(now, -rules().dormant_months)
    dormant = Case.objects.filter(state=Case.State.OPEN, touched_at__lt=before)
    # A meeting that lies ahead of the last note keeps a case awake.
    dormant = dormant.exclude(entries__happened_at__gte=before)
    found = list(dormant)
    for case in found:
        close(case=case, why=Case.Closing.DORMANT, by=audit.SYSTEM, at=now)
    return len(found)


def _erase_old_cases(now: datetime) -> int:
    before = add_months(now, -rules().keep_months)
    old = Case.objects.filter(erased_at=None, closed_at__lt=before).exclude(state=Case.State.OPEN)
    numbers = list(old.order_by("closed_at").values_list("pk", flat=True))
    for begin in range(0, len(numbers), BATCH):
        with transaction.atomic():
            for case in Case.objects.filter(pk__in=numbers[begin : begin + BATCH]):
                erase_case(case=case, by=audit.SYSTEM, at=now)
    return len(numbers)


def _erase_firms_without_case(now: datetime) -> int:
    """Firms whose address was confirmed but of which no room told anything, and left-over ones."""
    before = add_months(now, -rules().keep_months)
    lonely = Firm.objects.filter(erased_at=None, created_at__lt=before, merged_into=None)
    found = list(lonely.exclude(Exists(Case.objects.filter(firm=OuterRef("pk"), erased_at=None))))
    for firm in found:
        erase_firm(firm=firm, by=audit.SYSTEM, at=now, everywhere=False)
    return len(found)
