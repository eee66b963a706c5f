"""Tables to take along: only what one may see, with a reason, logged before a row leaves."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from factories.cases import make_case
from factories.desk import browser_of, make_advising, make_agreed, make_person, make_talk
from factories.events import come, make_event
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry, User
from steiger.web.cases.domain.cases import set_confidential, take
from steiger.web.desk.domain.extracts import PurposeError, note_extract
from steiger.web.desk.domain.retention import prune
from steiger.web.desk.interfaces.kinds import KINDS
from steiger.web.desk.models import Extract

pytestmark = pytest.mark.django_db
URL = "/arbeitsplatz/tabellen/"
WHY = "Namensschilder für den 3. März"


def take_table(client: Client, kind: str, **given: Any) -> Any:
    """The answer to a filled-in form; all columns unless told otherwise."""
    columns = [column.key for column in KINDS[kind].columns]
    return client.post(f"{URL}{kind}/", {"columns": columns, "form": "csv", "purpose": WHY} | given)


def read_csv(answer: Any) -> list[list[str]]:
    """Rows of a CSV answer, the header first."""
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_table_is_taken_and_logged(head: User, adviser: User, kind: str, form: str) -> None:
    make_agreed(1)
    make_talk(make_advising(adviser))
    come(make_event(), 1)
    answer = take_table(browser_of(head), kind, form=form)
    if form == "csv":
        assert isinstance(answer, StreamingHttpResponse)
        rows = read_csv(answer)
    else:
        file = io.BytesIO(b"".join(answer.streaming_content))
        sheet = openpyxl.load_workbook(file).active
        assert sheet is not None
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [str(column.label) for column in KINDS[kind].columns]
    assert len(rows) == 2
    log = Extract.objects.get()
    assert (log.person, log.as_role, log.kind, log.form) == (head, "administrator", kind, form)
    assert (log.rows, log.purpose) == (1, WHY)
    entry = LogEntry.objects.get(act="desk.extract.take")
    assert (entry.user_number, entry.changes["rows"], entry.reason) == (head.pk, 1, "")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{kind}-{timezone.localdate():%Y-%m-%d}.{form}"'
    )


def test_cases_of_a_table_are_those_that_one_sees(
    adviser: User, colleague: User, head: User
) -> None:
    case = make_case("eins@example.org", name="Vertraulich GmbH")
    take(case=case, adviser=adviser, by=audit.SYSTEM)
    set_confidential(case=case, confidential=True, by=audit.SYSTEM)
    make_case("zwei@example.org", name="Offen GmbH")
    firms = {
        who.display_name: [row[1] for row in read_csv(take_table(browser_of(who), "faelle"))[1:]]
        for who in (adviser, colleague, head)
    }
    both = ["Vertraulich GmbH", "Offen GmbH"]
    assert firms == {
        "Berta Beispiel": both,
        "Carla Beispiel": ["Offen GmbH"],
        "Administrator": both,
    }
    assert sorted(Extract.objects.values_list("rows", flat=True)) == [1, 2, 2]


def test_contacts_of_confidential_cases_stay_hidden(adviser: User, colleague: User) -> None:
    contact = make_agreed(1)
    case = contact.firm.cases.get()
    take(case=case, adviser=adviser, by=audit.SYSTEM)
    set_confidential(case=case, confidential=True, by=audit.SYSTEM)
    assert len(read_csv(take_table(browser_of(adviser), "einwilligungen"))) == 2
    assert len(read_csv(take_table(browser_of(colleague), "einwilligungen"))) == 1


def test_bookings_of_a_table_are_ones_own(adviser: User, colleague: User, head: User) -> None:
    make_talk(make_advising(adviser))
    make_talk(make_advising(colleague))
    numbers = [
        len(read_csv(take_table(browser_of(who), "sprechstunden"))) - 1
        for who in (adviser, colleague, head)
    ]
    assert numbers == [1, 1, 2]


ALLOWED = {
    "adviser": set(KINDS),
    "moderator": {"anmeldungen"},
    "examiner": {"anmeldungen"},
    "funding_officer": {"anmeldungen"},
    "administrator": set(KINDS),
}


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_who_may_take_what(role: str) -> None:
    browser = browser_of(make_person(role))
    answers = {kind: take_table(browser, kind).status_code for kind in KINDS}
    assert answers == {kind: 200 if kind in ALLOWED[role] else 403 for kind in KINDS}
    assert {row.kind for row in Extract.objects.all()} == ALLOWED[role]
    page = browser.get(URL).content.decode()
    assert {kind for kind in KINDS if f"{URL}{kind}/" in page} == ALLOWED[role]


@pytest.mark.parametrize("purpose", ["", "   ", "test", "x" * 600])
def test_without_a_reason_no_table_leaves(adviser: User, purpose: str) -> None:
    answer = take_table(browser_of(adviser), "faelle", purpose=purpose)
    assert answer.status_code == 400
    assert not Extract.objects.exists()
    with pytest.raises(PurposeError):
        note_extract(
            person=adviser, kind="faelle", form="csv", columns=[], filters={}, rows=0, purpose="a b"
        )


def test_columns_are_chosen_and_names_only_on_wish(adviser: User) -> None:
    make_case(name="Bäckerei Geheim")
    browser = browser_of(adviser)
    form = browser.get(f"{URL}faelle/").context["form"]
    assert "firm" not in form.initial["columns"]
    answer = take_table(browser, "faelle", columns=["place", "number"])
    rows = read_csv(answer)
    assert rows[0] == ["Nummer", "Ort"]
    assert "Geheim" not in str(rows)
    for wrong in ([], ["number", "secret"]):
        assert take_table(browser, "faelle", columns=wrong).status_code == 400


def test_formulas_do_not_run(head: User) -> None:
    come(make_event(title_de="@SUM(A1)"), 1, name="=cmd|' /C calc'!A0")
    browser = browser_of(head)
    row = read_csv(take_table(browser, "anmeldungen", columns=["event", "name"]))[1]
    assert row == ["'@SUM(A1)", "'=cmd|' /C calc'!A0"]


def test_rows_are_narrowed_by_days_state_event_and_district(head: User) -> None:
    first, second = make_event(days=3), make_event(days=40)
    come(first, 1)
    come(second, 2)
    make_agreed(1, municipality="05766000")
    make_agreed(2, municipality="05314000")
    browser = browser_of(head)

    def number(kind: str, **given: Any) -> int:
        return len(read_csv(take_table(browser, kind, **given))) - 1

    assert number("anmeldungen", event=str(first.pk)) == 1
    day = timezone.localdate() + timedelta(days=30)
    assert number("anmeldungen", last=day.isoformat()) == 1
    assert number("anmeldungen", first=day.isoformat()) == 1
    assert number("einwilligungen", district="05766") == 1
    assert number("faelle", state="closed") == 0
    opened = (timezone.localdate() - timedelta(days=3)).isoformat()
    assert number("faelle", first=opened, last=opened) == 2  # both days are included
    wrong = take_table(browser, "faelle", first="2026-03-02", last="2026-03-01")
    assert wrong.status_code == 400
    assert "Der letzte Tag liegt vor dem ersten." in wrong.content.decode()
    assert Extract.objects.filter(filters__event=str(first.pk)).count() == 1


def test_long_tables_leave_in_parts(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steiger.web.desk.interfaces.files.CHUNK", 10)
    event = make_event(quota=100)
    for number in range(35):
        come(event, number)
    answer = take_table(browser_of(head), "anmeldungen")
    assert Extract.objects.get().rows == 35  # written before the first row leaves
    rows = read_csv(answer)
    assert len(rows) == 36
    assert len({row[7] for row in rows[1:]}) == 35


def test_words_are_in_the_readers_language_until_the_last_row(head: User) -> None:
    come(make_event(), 1)
    columns = {"columns": ["state"], "form": "csv", "purpose": "For the badges"}
    answer = browser_of(head).post(f"/en{URL}anmeldungen/", columns)
    assert read_csv(answer) == [["State"], ["Registered"]]


def test_the_log_shows_ones_own_and_administrators_all(adviser: User, head: User) -> None:
    take_table(browser_of(adviser), "faelle")
    assert WHY in browser_of(adviser).get(URL).content.decode()
    assert WHY in browser_of(head).get(URL).content.decode()
    assert WHY not in browser_of(make_person("examiner")).get(URL).content.decode()


def test_the_log_is_erased_after_three_years(adviser: User) -> None:
    take_table(browser_of(adviser), "faelle")
    assert prune(timezone.now() + timedelta(days=3 * 365 - 1))["extracts"] == 0
    assert prune(timezone.now() + timedelta(days=3 * 365 + 1))["extracts"] == 1


def test_unknown_tables_do_not_exist(adviser: User) -> None:
    assert browser_of(adviser).get(f"{URL}alles/").status_code == 404
