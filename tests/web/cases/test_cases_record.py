"""What other rooms tell: once, to the right case, and what reports read of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.cases import EMAIL, make_case, make_firm
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.cases.domain.cases import close
from steiger.web.cases.domain.contacts import set_consents
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.queries import (
    cases_in,
    contacts_who_agreed,
    entries_by_kind,
    entry_rows,
    firms_advised,
)
from steiger.web.cases.domain.record import FirmGiven, firm_for, open_case, record, unrecord
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm

pytestmark = pytest.mark.django_db
Kind = CaseEntry.Kind
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MIDDLE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def tell(
    firm: Firm, source: str = "booking/1", kind: Kind = Kind.TALK, **more: object
) -> CaseEntry:
    values = {"happened_at": MIDDLE, "title": "Gespräch", "room": "advice", "by": audit.SYSTEM}
    return record(firm=firm, kind=kind, source=source, **(values | more))  # type: ignore[arg-type]


def test_same_address_is_the_same_firm_and_fills_only_what_is_empty() -> None:
    first = make_firm(size="", name="Erste")
    again = firm_for(
        email=f" {EMAIL.upper()} ", given=FirmGiven(name="Andere", size="small"), by=audit.SYSTEM
    )
    assert (again.pk, again.name, again.size) == (first.pk, "Erste", "small")
    assert LogEntry.objects.get(act="cases.firm.fill").changes == {"fields": ["size"]}


def test_told_twice_is_once_with_the_latest_words() -> None:
    firm = make_firm()
    tell(firm)
    tell(firm, title="Verschoben", happened_at=MIDDLE + timedelta(days=1))
    entry = CaseEntry.objects.get()
    assert (entry.title, entry.happened_at) == ("Verschoben", MIDDLE + timedelta(days=1))


def test_address_as_source_is_refused() -> None:
    with pytest.raises(ValueError, match="never an address"):
        tell(make_firm(), source=f"booking/{EMAIL}")


def test_closed_case_is_followed_by_a_new_one() -> None:
    firm = make_firm()
    first = tell(firm).case
    close(case=first, why="reached", by=audit.SYSTEM)
    assert tell(firm, "booking/2").case != first
    assert open_case(firm=firm, at=MIDDLE, by=audit.SYSTEM) == Case.objects.get(state="open")


def test_taken_back_is_gone() -> None:
    tell(make_firm())
    assert unrecord(room="advice", source="booking/1", by=audit.SYSTEM) == 1
    assert CaseEntry.objects.count() == 0


def test_period_is_half_open() -> None:
    firm = make_firm()
    tell(firm, "a", happened_at=BEGIN)
    tell(firm, "b", happened_at=END)
    assert [row.happened_at for row in entry_rows(BEGIN, END)] == [BEGIN]
    assert entries_by_kind(BEGIN, END)["talk"] == 1
    assert entries_by_kind(BEGIN, END)["trial"] == 0


def test_firm_is_counted_once_with_size_sector_and_district() -> None:
    firm = make_firm()
    tell(firm, "a")
    tell(firm, "b")
    tell(make_firm("zwei@example.org", example=True), "c", kind=Kind.EVENT)
    row = firms_advised(BEGIN, END)[0]
    assert len(firms_advised(BEGIN, END)) == 1, "an event alone is no advice"
    assert (row.size, row.sector, row.district, row.entries) == ("micro", "wz10", "05913", 2)
    assert len(firms_advised(BEGIN, END, kinds=(Kind.EVENT,))) == 1
    assert len(firms_advised(BEGIN, END, kinds=(Kind.EVENT,), examples=False)) == 0


def test_cases_are_counted_by_opening_and_closing() -> None:
    case = make_case(at=MIDDLE)
    close(case=case, why="no_need", by=audit.SYSTEM, at=MIDDLE + timedelta(days=1))
    figures = cases_in(BEGIN, END)
    assert (figures.opened, figures.closed, figures.closings) == (1, 1, {"no_need": 1})


def test_latest_consent_counts() -> None:
    contact = Contact.objects.get(firm=make_firm())
    for purposes in ({"news", "story"}, {"story"}):
        set_consents(contact=contact, purposes=purposes, told="self", by=audit.VISITOR)
    assert contacts_who_agreed("news") == []
    assert contacts_who_agreed("story") == [contact]


class Laws(TestCase):
    """Erasing any of the firms changes no figure."""

    @settings(max_examples=20)
    @given(
        told=st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(Kind.values), st.integers(0, 400)),
            max_size=12,
        ),
        erased=st.sets(st.integers(0, 3)),
    )
    def test_figures_survive_erasure(
        self, told: list[tuple[int, str, int]], erased: set[int]
    ) -> None:
        Firm.objects.all().delete()
        firms = [make_firm(f"f{n}@example.org", size=("micro", "small")[n % 2]) for n in range(4)]
        for number, (who, kind, day) in enumerate(told):
            at = BEGIN + timedelta(days=day)
            tell(firms[who], f"x/{number}", kind=Kind(kind), happened_at=at)
        before = self.figures()
        for who in erased:
            erase_firm(firm=firms[who], by=audit.VISITOR, at=timezone.now())
        assert self.figures() == before
        assert Contact.objects.filter(firm__in=[firms[n] for n in erased]).count() == 0

    def figures(self) -> object:
        """What reports read, without names."""
        rows = [
            (r.entry, r.firm, r.kind, r.happened_at, r.size, r.sector, r.district)
            for r in entry_rows(BEGIN, END)
        ]
        firms = [(f.firm, f.size, f.district, f.entries) for f in firms_advised(BEGIN, END)]
        return rows, firms, entries_by_kind(BEGIN, END), cases_in(BEGIN, END).opened
