"""Reminding, confirming by a link, marking, archiving, coming back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.clock import Clock, moved
from factories.directory import make_actor
from factories.freshness import handed_over, make_representative, token_in
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import link_edits, reminders
from steiger.web.curation.domain.freshness import FreshnessError, confirm
from steiger.web.curation.models import Confirmation, Freshness, Reminder, Submission
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _mails(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


def reminded() -> str:
    """An entry that was due, and the secret in its mail."""
    make_representative()
    assert reminders.run_cycle()["remind"] == 1
    return token_in(OutgoingMail.objects.get(sent_at=None))


def night(clock: Clock, days: float) -> dict[str, int]:
    clock.move(days=days)
    done = reminders.run_cycle()
    handed_over()
    return done


def test_silent_entry_goes_through_the_whole_cycle_and_comes_back() -> None:
    row = make_representative(days_ago=0)
    with moved(timezone.now()) as clock:
        assert night(clock, 300) == {"remind": 0, "unconfirm": 0, "archive": 0}
        assert [night(clock, days)["remind"] for days in (70, 1, 21, 21)] == [1, 0, 1, 1]
        assert night(clock, 21)["unconfirm"] == 1
        row.actor.refresh_from_db()
        page = Client().get(row.actor.get_absolute_url()).content.decode()
        assert "nicht bestätigt" in page
        assert night(clock, 200)["archive"] == 0
        clock.move(days=120)
        assert reminders.run_cycle()["archive"] == 1
        row.actor.refresh_from_db()
        assert row.actor.state == Actor.State.WITHDRAWN
        answer = Client().get(row.actor.get_absolute_url())
        assert (answer.status_code, "Archiv" in answer.content.decode()) == (410, True)
        reminders.use_link(token_in(OutgoingMail.objects.get(sent_at=None)))
        row.actor.refresh_from_db()
        assert row.actor.state == Actor.State.PUBLISHED
        assert row.actor.verified_on == timezone.localdate()
    acts = set(LogEntry.objects.filter(object_id=str(row.actor_id)).values_list("act", flat=True))
    assert {"directory.actor.verify", "directory.actor.withdraw", "directory.actor.restore"} <= acts


def test_oldest_are_asked_first_and_nobody_twice() -> None:
    ages = (700, 900, 500, 380)
    for number, days in enumerate(ages):
        make_representative(make_actor(), email=f"p{number}@example.org", days_ago=days)
    reminders.run_cycle()
    made = Reminder.objects.select_related("representation").order_by("made_at", "since")
    assert [r.since for r in made] == sorted(r.since for r in made)
    due = list(reminders.due(reminders.rules(), timezone.now()).values_list("since", flat=True))
    assert due == sorted(due)
    reminders.run_cycle()
    assert (Reminder.objects.count(), OutgoingMail.objects.count()) == (4, 4)


def test_entries_of_the_region_are_left_alone() -> None:
    actor = make_actor(created_at=timezone.now() - timedelta(days=3000))
    assert reminders.run_cycle() == {"remind": 0, "unconfirm": 0, "archive": 0}
    page = Client().get(actor.get_absolute_url()).content.decode()
    assert "Nicht von der Stelle selbst bestätigt" in page
    assert not Freshness.objects.exists()


def test_claim_of_an_old_entry_is_not_overdue_at_once() -> None:
    make_representative(days_ago=1)
    assert reminders.run_cycle()["remind"] == 0


def test_reading_the_link_changes_nothing_and_one_post_confirms() -> None:
    token = reminded()
    path = reverse("curation:confirm", args=[token])
    page = Client().get(path)
    assert page.status_code == 200
    assert Client().head(path).status_code == 200
    assert not Confirmation.objects.exists()
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert Client().post(path).status_code == 200
    made = Confirmation.objects.get()
    assert (made.role, made.how) == ("representative", "link")
    used = Client().post(path)
    assert (used.status_code, Confirmation.objects.count()) == (410, 1)
    assert "schon benutzt" in used.content.decode()
    actor = made.actor
    assert "von der Stelle selbst" in Client().get(actor.get_absolute_url()).content.decode()


def test_secret_is_kept_as_a_hash_only_and_stands_in_no_log(caplog: Any) -> None:
    token = reminded()
    Client().post(reverse("curation:confirm", args=[token]))
    rows = [list(model.objects.values()) for model in (Reminder, LogEntry, Confirmation)]
    assert token not in repr(rows)
    assert token not in caplog.text
    handed_over()
    assert token not in repr(list(OutgoingMail.objects.values()))


@pytest.mark.parametrize("why", ["expired", "left", "guessed"])
def test_links_that_do_not_work(why: str) -> None:
    token, reminder = reminded(), Reminder.objects.select_related("representation").get()
    if why == "expired":
        Reminder.objects.update(expires_at=timezone.now())
    elif why == "left":
        reminder.representation.delete()
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    path = reverse("curation:confirm", args=[token])
    codes = {Client().get(path).status_code, Client().post(path).status_code}
    assert codes == {410 if why == "expired" else 404}
    assert not Confirmation.objects.exists()


def test_mail_does_not_leave_after_a_confirmation_or_without_the_person() -> None:
    reminded()
    reminder = Reminder.objects.get()
    confirm(actor=reminder.actor, role="moderator", how="desk", by=audit.SYSTEM)
    assert handed_over() == 0
    assert Reminder.objects.get().left_at is None
    assert reminders.deliveries().failed == 1


def test_mail_that_left_is_counted() -> None:
    reminded()
    assert reminders.deliveries() == reminders.Delivery(left=0, under_way=1, failed=0)
    assert handed_over() == 1
    assert reminders.deliveries() == reminders.Delivery(left=1, under_way=0, failed=0)


def test_mail_that_may_have_left_is_not_sent_twice_but_shown_as_failed() -> None:
    reminded()
    OutgoingMail.objects.update(begun_at=timezone.now())  # the worker ended within the hand-over
    assert handed_over() == 0
    assert reminders.deliveries() == reminders.Delivery(left=0, under_way=0, failed=1)
    assert [one.number for one in reminders.failed_mails()] == [1]


def test_mail_that_is_tried_no_more_is_shown_as_failed() -> None:
    reminded()
    OutgoingMail.objects.update(attempts=99)
    assert reminders.deliveries() == reminders.Delivery(left=0, under_way=0, failed=1)


def test_change_by_the_link_waits_for_the_editors_and_confirms_the_rest() -> None:
    token = reminded()
    path = reverse("curation:confirm_change", args=[token])
    page = Client().get(path).content.decode()
    assert "https://example.org/" in page
    bad = Client().post(path, {"web": "kein netz"})
    assert (bad.status_code, Submission.objects.count()) == (400, 0)
    good = {"web": "https://neu.example.org/", "description_de": "Neu.", "words": "Umzug"}
    assert Client().post(path, good).status_code == 200
    made = Submission.objects.get()
    assert (made.kind, made.state, made.words, made.before) == ("edit", "waiting", "Umzug", [])
    assert {(one["is"], one.get("url") or one.get("text")) for one in made.after} == {
        ("link", "https://neu.example.org/"),
        ("description", "Neu."),
    }
    assert Confirmation.objects.get().how == "edit"
    assert made.actor is not None
    assert made.actor.website == "https://example.org/"  # until somebody decides


def test_unchanged_form_only_confirms() -> None:
    token = reminded()
    shown = link_edits.shown_values(Actor.objects.get())
    assert link_edits.propose(token, values=shown, words="") is None
    assert (Confirmation.objects.get().how, Submission.objects.count()) == ("link", 0)


def test_withdrawn_for_another_reason_does_not_come_back() -> None:
    token = reminded()
    Actor.objects.update(state=Actor.State.WITHDRAWN)
    with pytest.raises(FreshnessError):
        reminders.use_link(token)
    assert Client().post(reverse("curation:confirm", args=[token])).status_code == 410
    assert Reminder.objects.get().used_at is None  # nothing half-done


def test_signed_in_only_for_own_entries() -> None:
    row, other = make_representative(), make_actor("Fremd")
    browser = Client()
    browser.force_login(row.user, backend=BACKEND)
    path = reverse("curation:own_confirm")
    assert row.actor.name in browser.get(path).content.decode()
    for number in (other.pk, "x", "9" * 30):
        browser.post(path, {"number": number})
    assert not Confirmation.objects.exists()
    browser.post(path, {"number": row.actor.pk})
    assert Confirmation.objects.get().how == "account"


def test_editors_see_what_is_old_and_confirm_with_one_click() -> None:
    reminded()
    quiet = make_actor("Ohne Vertretung")
    user = create_person(email="moderation@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="moderator", by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    path = reverse("curation:freshness")
    assert "Beispielinstitut" in browser.get(path).content.decode()
    assert quiet.name in browser.get(path, {"teil": "ohne"}).content.decode()
    for part in ("websites", "mails", "unsinn"):
        assert browser.get(path, {"teil": part}).status_code == 200
    browser.post(reverse("curation:confirm_checked", args=[quiet.pk]))
    assert Confirmation.objects.get(actor=quiet).role == "moderator"
