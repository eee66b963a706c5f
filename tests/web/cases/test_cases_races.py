"""Several at the same moment: one firm, one case, one entry, one adviser."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from factories.cases import make_adviser, make_case, make_firm
from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.cases import CaseError, take
from steiger.web.cases.domain.entries import ROOM
from steiger.web.cases.domain.erasing import let_go
from steiger.web.cases.domain.links import LinkError, _new_link, use_link
from steiger.web.cases.domain.record import FirmGiven, firm_for, record
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer, who begins IMMEDIATE; its database in memory no threads",
    ),
]
AT_ONCE = 6


def at_once(act: Callable[[int], object]) -> list[object]:
    """The same act from several threads; a refusal is an answer, too."""
    begin = Barrier(AT_ONCE)

    def run(number: int) -> object:
        try:
            begin.wait()
            return act(number)
        except (CaseError, LinkError) as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_new_address_is_one_firm_with_one_case_and_one_entry() -> None:
    def tell(_number: int) -> object:
        return record(
            firm=make_firm(),
            kind=CaseEntry.Kind.TALK,
            happened_at=timezone.now(),
            title="Gespräch",
            room="advice",
            source="booking/1",
            by=audit.SYSTEM,
        ).pk

    assert len(set(at_once(tell))) == 1
    counts = [model.objects.count() for model in (Firm, Contact, Case, CaseEntry)]
    assert counts == [1, 1, 1, 1]


def test_one_of_several_advisers_gets_the_case() -> None:
    case = make_case()
    people = [make_adviser(f"Person{n} Beispiel") for n in range(AT_ONCE)]
    answers = at_once(lambda n: take(case=case, adviser=people[n], by=audit.SYSTEM).adviser_id)
    assert answers.count("taken") == AT_ONCE - 1


def test_link_lets_in_once() -> None:
    token = _new_link(make_firm().contacts.get())
    answers = at_once(lambda _n: use_link(token=token).pk)
    assert answers.count("used") == AT_ONCE - 1


def test_what_happens_while_a_firm_is_let_go_is_not_lost() -> None:
    def act(number: int) -> object:
        if number % 2:
            return let_go(addresses=[address], room="events", sources=[])
        with transaction.atomic():
            firm = firm_for(email=address, given=FirmGiven(contact="Kim"), by=audit.SYSTEM)
            return record(
                firm=firm,
                kind=CaseEntry.Kind.TALK,
                happened_at=timezone.now(),
                title="Gespräch",
                room=ROOM,
                source=f"turn{turn}/{number}",
                by=audit.SYSTEM,
            ).pk

    for turn in range(10):
        address = f"kim{turn}@example.org"
        make_firm(address)
        at_once(act)
        told = CaseEntry.objects.filter(source__startswith=f"turn{turn}/")
        assert told.filter(case__erased_at=None, case__firm__erased_at=None).count() == AT_ONCE / 2
