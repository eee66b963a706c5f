"""Two cases become one: field by field, nothing is lost, counted once, logged without names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.cases import EMAIL, make_adviser, make_case, make_full_case
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry, User
from steiger.web.cases.domain.cases import CaseError, close, hand_over, reopen, take
from steiger.web.cases.domain.contacts import set_consents
from steiger.web.cases.domain.merging import differing, merge
from steiger.web.cases.domain.queries import cases_in, firms_advised
from steiger.web.cases.domain.record import FirmGiven, firm_for, record
from steiger.web.cases.models import Case, CaseEntry, CaseTask, Contact, Evidence, HandOver

pytestmark = pytest.mark.django_db
SECOND = "laden@example.org"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def two(adviser: User, colleague: User) -> tuple[Case, Case]:
    """The kept case, which knows little, and the other one, which has everything."""
    kept = make_case(SECOND, name="Backhaus Zwiebel", sector="", contact="Anton Zwiebel")
    return kept, make_full_case(adviser, colleague)


def choose(kept: Case, other: Case, side: str) -> dict[str, str]:
    return dict.fromkeys(differing(kept, other), side)


def test_differing_fields_are_those_that_both_know(two: tuple[Case, Case]) -> None:
    assert differing(*two) == ["name"]


@pytest.mark.parametrize(
    ("side", "name", "dropped"),
    [
        ("kept", "Backhaus Zwiebel", "Bäckerei Zwiebelkuchen"),
        ("other", "Bäckerei Zwiebelkuchen", "Backhaus Zwiebel"),
    ],
)
def test_nothing_is_lost(
    two: tuple[Case, Case], adviser: User, side: str, name: str, dropped: str
) -> None:
    kept, other = two
    entries = CaseEntry.objects.count()
    by = audit.Actor.of(adviser)
    merge(kept=kept, other=other, choices=choose(kept, other, side), author=adviser, by=by)
    kept.refresh_from_db()
    assert (kept.firm.name, kept.firm.sector) == (name, "wz10")
    assert kept.entries.count() == entries + 1 == CaseEntry.objects.count()
    note = kept.entries.get(source__startswith="merge/")
    assert (note.details["dropped"], note.for_firm) == ({"name": dropped}, False)
    assert {c.email for c in kept.firm.contacts.all()} == {EMAIL, SECOND}
    assert kept.firm.pending_contacts.count() == 1
    assert CaseTask.objects.get().case == kept
    assert Evidence.objects.get().entry.case == kept
    assert HandOver.objects.get().case == kept
    assert kept.adviser is not None, "only the other one had an adviser"


def test_merged_counts_once(two: tuple[Case, Case], adviser: User) -> None:
    kept, other = two
    begin, end = timezone.now() - timedelta(days=9), timezone.now() + timedelta(days=9)
    assert (cases_in(begin, end).opened, len(firms_advised(begin, end))) == (2, 2)
    choices = choose(kept, other, "kept")
    merge(kept=kept, other=other, choices=choices, author=adviser, by=audit.SYSTEM)
    assert (cases_in(begin, end).opened, len(firms_advised(begin, end))) == (1, 1)


def test_log_names_sides_not_values(two: tuple[Case, Case], adviser: User) -> None:
    kept, other = two
    choices = choose(kept, other, "other")
    merge(kept=kept, other=other, choices=choices, author=adviser, by=audit.SYSTEM)
    assert LogEntry.objects.get(act="cases.case.merge").changes == {
        "merged": [str(other.pk), str(kept.pk)],
        "fields": {"name": "other"},
    }


def test_rooms_still_find_the_firm_that_was_merged(two: tuple[Case, Case], adviser: User) -> None:
    kept, other = two
    choices = choose(kept, other, "kept")
    merge(kept=kept, other=other, choices=choices, author=adviser, by=audit.SYSTEM)
    entry = record(
        firm=other.firm,
        kind=CaseEntry.Kind.EVENT,
        happened_at=timezone.now(),
        title="Vortrag",
        room="events",
        source="registration/1",
        by=audit.SYSTEM,
    )
    assert entry.case == kept
    assert firm_for(email=EMAIL, given=FirmGiven(), by=audit.SYSTEM) == kept.firm


def test_later_withdrawal_counts_where_both_know_a_person(
    two: tuple[Case, Case], adviser: User
) -> None:
    kept, other = two
    twin = Contact.objects.create(firm=kept.firm, email=EMAIL, name="A. Zwiebelkuchen")
    set_consents(contact=twin, purposes={"news"}, told="self", by=audit.VISITOR)
    set_consents(contact=twin, purposes=set(), told="self", by=audit.VISITOR)
    choices = choose(kept, other, "kept")
    merge(kept=kept, other=other, choices=choices, author=adviser, by=audit.SYSTEM)
    contact = kept.firm.contacts.get(email=EMAIL)
    assert [event.given for event in contact.consents.all()] == [True, True, False]
    note = kept.entries.get(source__startswith="merge/")
    assert note.details["dropped"]["contact"] == "Adelheid Zwiebelkuchen"


def test_every_field_needs_a_choice_and_no_case_merges_with_itself(
    two: tuple[Case, Case], adviser: User
) -> None:
    kept, other = two
    for first, second, code in [(kept, other, "choose"), (kept, kept, "same")]:
        with pytest.raises(CaseError, match=code):
            merge(kept=first, other=second, choices={}, author=adviser, by=audit.SYSTEM)
    close(case=other, why="reached", by=audit.SYSTEM)


def test_merging_on_the_page_leads_from_the_old_address_to_the_new(
    two: tuple[Case, Case], adviser: User, client: Client
) -> None:
    kept, other = two
    client.force_login(adviser, backend=BACKEND)
    page = reverse("cases:merge", args=[kept.pk, other.pk])
    assert client.post(page, {}).status_code == 400
    assert client.post(page, {"name": "other"}).status_code == 302
    old = reverse("cases:case", args=[other.pk])
    assert client.get(old).headers["Location"] == reverse("cases:case", args=[kept.pk])


# --- handing over, closing, opening again ---------------------------------------------------------
def test_hand_over_takes_the_tasks_along_and_keeps_the_reason_out_of_the_log(
    two: tuple[Case, Case], adviser: User, colleague: User
) -> None:
    _kept, case = two
    told = hand_over(case=case, taker=adviser, reason="Frau Zwiebelkuchen fragt", by=audit.SYSTEM)
    assert (told.giver, told.taker) == (colleague, adviser)
    assert CaseTask.objects.get().assignee == adviser
    entry = LogEntry.objects.filter(act="cases.case.hand_over").first()
    assert entry is not None
    assert (entry.reason, entry.changes) == ("", {"adviser": [colleague.pk, adviser.pk]})


@pytest.mark.parametrize(
    "broken",
    [("", "adviser", "reason"), ("x", "colleague", "same"), ("x", "moderator", "no_adviser")],
)
def test_hand_over_that_breaks_a_rule(
    two: tuple[Case, Case], adviser: User, colleague: User, broken: tuple[str, str, str]
) -> None:
    reason, who, code = broken
    people = {"adviser": adviser, "colleague": colleague}
    taker = people.get(who) or make_adviser("Mona Beispiel", "moderator")
    with pytest.raises(CaseError, match=code):
        hand_over(case=two[1], taker=taker, reason=reason, by=audit.SYSTEM)


def test_two_who_take_at_once(two: tuple[Case, Case], adviser: User, colleague: User) -> None:
    take(case=two[0], adviser=adviser, by=audit.SYSTEM)
    with pytest.raises(CaseError, match="taken"):
        take(case=two[0], adviser=colleague, by=audit.SYSTEM)


def test_firm_has_one_open_case_at_most(two: tuple[Case, Case]) -> None:
    case = close(case=two[0], why="reached", by=audit.SYSTEM)
    record(
        firm=case.firm,
        kind=CaseEntry.Kind.ENQUIRY,
        happened_at=timezone.now(),
        title="Neu",
        room="advice",
        source="booking/9",
        by=audit.SYSTEM,
    )
    with pytest.raises(CaseError, match="other_open"):
        reopen(case=case, by=audit.SYSTEM)
