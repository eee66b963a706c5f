"""States, persons, independence: every wrong order or person is refused and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.audits import (
    DECLARATION,
    HIGH,
    MODERATE,
    VALUES,
    all_rated,
    certified,
    examiner,
    person,
    rated,
    results,
    to_decision,
    told,
)
from factories.directory import make_actor
from steiger.web.accounts.models import LogEntry, User
from steiger.web.audits.domain import applying, evidence, examining, watching
from steiger.web.audits.domain.applying import Said
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.independence import folded
from steiger.web.audits.domain.queries import orphans, to_take
from steiger.web.audits.domain.standing import final_level
from steiger.web.audits.models import Assignment, Audit, Certificate, ChainEntry, Rating

pytestmark = pytest.mark.django_db
States = Audit.State


def refused(key: str, act: Any, **arguments: Any) -> None:
    """The act is refused for this reason, and neither rows nor logs change."""

    def seen() -> list[Any]:
        models = (Audit, Rating, Assignment, Certificate, ChainEntry, LogEntry)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = seen()
    with pytest.raises(RefusedError) as error:
        act(**arguments)
    assert error.value.key == key
    assert seen() == before


def test_moderate_need_ends_with_a_certificate_by_two_people(people: Any) -> None:
    audit = to_decision(rated(people.applicant), people.first, people.second)
    assert (audit.needs["TR"], audit.high) == ("moderate", False)
    refused("examiner", examining.decide, audit=audit, by=people.first, granted=True, reason="ja")
    refused(
        "decision_reason",
        examining.decide,
        audit=audit,
        by=people.second,
        granted=True,
        reason=" ",
    )
    examining.decide(audit=audit, by=people.second, granted=True, reason="Alles erfüllt.")
    audit.refresh_from_db()
    assert audit.state == States.PASSED
    assert audit.certificate.state == "valid"
    refused("order", applying.drop, audit=audit, by=people.applicant)


def test_high_need_takes_a_second_examiner_and_results(people: Any) -> None:
    audit = to_decision(
        rated(people.applicant, answers=HIGH), people.first, people.second, measured=False
    )
    assert audit.high
    assert told(audit)["passed"] is False  # compulsory checks were not run
    refused(
        "falls_short",
        examining.decide,
        audit=audit,
        by=people.second,
        granted=True,
        reason="trotzdem",
    )
    third = examiner("dritte@labor.example", "Labor Beispiel")
    refused(
        "second_decides",
        examining.assign,
        audit=audit,
        by=third,
        part="decision",
        declaration=DECLARATION,
    )
    examining.decide(audit=audit, by=people.second, granted=False, reason="Nicht gemessen.")
    audit.refresh_from_db()
    assert audit.state == States.FAILED
    assert not Certificate.objects.exists()
    other = certified(people.applicant, people.first, people.second, answers=HIGH)
    assert told(other.audit)["passed"] is True


def test_violated_check_lets_the_dimension_fall_short(people: Any) -> None:
    audit = rated(people.applicant, answers=HIGH)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    bad = results(audit, met=False)
    evidence.add_results(audit=audit, by=people.first, name="results.json", data=bad)
    examining.rate(audit=audit, by=people.first, said=all_rated(audit))
    found = examining.finish(audit=audit, by=people.first)
    ended = {one["verdict"] for one in told(found)["requirements"]}
    assert "violated" in ended
    level = next(one["level"] for one in told(found)["dimensions"] if one["id"] == "VE")
    assert (level, told(found)["passed"]) == ("D", False)


def test_where_examiners_differ_the_lower_level_counts(people: Any) -> None:
    audit = rated(people.applicant, answers=HIGH)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    evidence.add_results(audit=audit, by=people.first, name="r.json", data=results(audit))
    examining.rate(audit=audit, by=people.first, said=all_rated(audit))
    audit = examining.finish(audit=audit, by=people.first)
    assert (audit.state, told(audit)["passed"]) == (States.SECOND, True)
    refused("examiner", examining.finish, audit=audit, by=people.first)
    examining.assign(audit=audit, by=people.second, part="second", declaration=DECLARATION)
    one = next(i for i in told(audit)["indicators"] if i["compulsory"])["id"]
    examining.rate(audit=audit, by=people.second, said={one: Said("D", "Nicht gesehen.")})
    audit = examining.finish(audit=audit, by=people.second)
    assert next(i for i in told(audit)["indicators"] if i["id"] == one)["rated"] == "D"
    assert told(audit)["passed"] is False


@given(st.sampled_from("ABCD"), st.sampled_from("ABCD"))
def test_lower_level_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert final_level(one, other) == final_level(other, one) == max(one, other)
    assert final_level(one, "") == final_level("", one) == one
    assert (final_level(one, None), final_level("", "")) == (one, "")


def test_independence_is_enforced(people: Any) -> None:
    audit = rated(people.applicant)
    applying.submit(audit=audit, by=people.applicant)
    assign, words = examining.assign, {"part": "first", "declaration": DECLARATION}
    refused("same_organisation", assign, audit=audit, by=people.colleague, **words)
    twin = examiner("twin@giesserei.example", "Ganz anderes Haus")
    refused("same_organisation", assign, audit=audit, by=twin, **words)
    from steiger.web.accounts.domain import audit as log
    from steiger.web.accounts.domain.people import grant_role

    grant_role(user=people.applicant, role="examiner", by=log.SYSTEM, reason="test")
    me = User.objects.get(pk=people.applicant.pk)
    examining.set_profile(by=me, organisation="Unabhängig")
    refused("own", assign, audit=audit, by=me, **words)
    refused("role", assign, audit=audit, by=person("nur@person.example"), **words)
    refused("profile", assign, audit=audit, by=person("ohne@haus.example", "examiner"), **words)
    refused("declaration", assign, audit=audit, by=people.first, part="first", declaration="Ja.")
    assert to_take(people.colleague) == to_take(twin) == to_take(me) == []
    assert [one for one, _ in to_take(people.first)] == [audit]
    assign(audit=audit, by=people.first, **words)
    refused("order", assign, audit=audit, by=people.second, **words)


def test_whoever_changes_house_loses_the_part(people: Any) -> None:
    audit = rated(people.applicant)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    examining.set_profile(by=people.first, organisation="BEISPIEL-GIESSEREI GmbH & Co. KG")
    refused(
        "same_organisation",
        examining.rate,
        audit=audit,
        by=people.first,
        said=all_rated(audit),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muster GmbH & Co. KG", "muster"),
        ("Prüfhaus e.V.", "PRÜFHAUS e. V."),
        ("Groß AG", "GROSS"),
        ("Müller Gesellschaft mit beschränkter Haftung", "Mueller GmbH"),
        ("Universität Beispielstadt", "University of Beispielstadt"),
    ],
)
def test_names_are_compared_without_legal_form(one: str, other: str) -> None:
    assert folded(one) == folded(other) != folded("Anderes Haus")


def test_part_is_given_back_or_freed(people: Any) -> None:
    audit = rated(people.applicant, answers=HIGH)
    applying.submit(audit=audit, by=people.applicant)
    release, words = examining.release, {"declaration": DECLARATION}
    refused("order", release, audit=audit, by=people.first, part="first")
    examining.assign(audit=audit, by=people.first, part="first", **words)
    refused("examiner", release, audit=audit, by=people.second, part="first")
    release(audit=audit, by=people.first, part="first")
    assert [one for one, _ in to_take(people.second)] == [audit]
    examining.assign(audit=audit, by=people.first, part="first", **words)
    examining.rate(audit=audit, by=people.first, said=all_rated(audit))
    examining.finish(audit=audit, by=people.first)
    refused("order", release, audit=audit, by=people.first, part="first")
    examining.assign(audit=audit, by=people.second, part="second", **words)
    examining.finish(audit=audit, by=people.second)
    applying.state(audit=audit, by=people.applicant, words="")
    assert not orphans().exists()
    people.second.delete()
    assert [one.part for one in orphans()] == ["second"]
    third = examiner("dritte@labor.example", "Labor Beispiel")
    refused("same_organisation", release, audit=audit, by=people.colleague, part="second")
    release(audit=audit, by=third, part="second")
    assert [(one, str(part)) for one, part in to_take(third)] == [(audit, "second")]


def test_whoever_gave_a_part_back_takes_no_other(people: Any) -> None:
    audit = rated(people.applicant)
    applying.submit(audit=audit, by=people.applicant)
    first, words = {"audit": audit, "part": "first"}, {"declaration": DECLARATION}
    examining.assign(by=people.first, **first, **words)
    evidence.add_results(audit=audit, by=people.first, name="r.json", data=results(audit))
    examining.rate(audit=audit, by=people.first, said=all_rated(audit))
    examining.release(by=people.first, **first)
    examining.assign(by=people.second, **first, **words)
    examining.finish(audit=audit, by=people.second)
    applying.state(audit=audit, by=people.applicant, words="")
    assert to_take(people.first) == to_take(people.second) == []
    for one in (people.first, people.second):
        refused("other_examiner", examining.assign, audit=audit, by=one, part="decision", **words)
    third = examiner("dritte@labor.example", "Labor Beispiel")
    assert [(one, str(part)) for one, part in to_take(third)] == [(audit, "decision")]
    examining.assign(audit=audit, by=third, part="decision", **words)


def test_names_and_domains_of_the_entry_on_the_map_count(people: Any) -> None:
    website = "https://www.giesserei-musterberg.example/"
    actor = make_actor("Gießerei Musterberg GmbH", short="GMB", website=website)
    audit = rated(people.applicant)
    Audit.objects.filter(pk=audit.pk).update(actor=actor)
    audit.refresh_from_db()
    applying.submit(audit=audit, by=people.applicant)
    short = examiner("eins@gmx.de", "GMB")
    mail = examiner("zwei@pruefung.giesserei-musterberg.example", "Ganz anderes Haus")
    deeper = examiner("drei@labor.giesserei.example", "Noch ein anderes Haus")
    for one in (short, mail, deeper):
        refused(
            "same_organisation",
            examining.assign,
            audit=audit,
            by=one,
            part="first",
            declaration=DECLARATION,
        )
    assert [one for one, _ in to_take(people.first)] == [audit]


def test_wrong_order_and_wrong_person_change_nothing(people: Any) -> None:
    audit = applying.describe(by=people.applicant, values=VALUES)
    refused("order", applying.submit, audit=audit, by=people.applicant)
    refused("order", applying.state, audit=audit, by=people.applicant, words="")
    refused("order", examining.finish, audit=audit, by=people.first)
    refused("applicant", applying.answer, audit=audit, by=people.first, answers=MODERATE)
    refused("answers", applying.answer, audit=audit, by=people.applicant, answers={"X": "y"})
    assert applying.answer(audit=audit, by=people.applicant, answers={"G-Q1": "things"})
    audit.refresh_from_db()
    assert (audit.state, audit.needs) == (States.DESCRIBED, {})
    applying.answer(audit=audit, by=people.applicant, answers=MODERATE)
    audit.refresh_from_db()
    refused("ratings", applying.submit, audit=audit, by=people.applicant)
    rate = applying.rate
    some = next(iter(all_rated(audit)))
    refused("reason", rate, audit=audit, by=people.applicant, said={some: Said("A", " ")})
    refused("rating", rate, audit=audit, by=people.applicant, said={some: Said("", "n")})
    refused("rating", rate, audit=audit, by=people.applicant, said={"ZZ9": Said("A", "n")})
    refused("applicant", rate, audit=audit, by=people.first, said=all_rated(audit))
    refused("alpha", applying.describe, by=people.applicant, values=VALUES, alpha=0.9)


def test_results_of_another_system_are_refused(people: Any) -> None:
    audit = rated(people.applicant, answers=HIGH)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    add, good = evidence.add_results, results(audit)
    common = {"audit": audit, "by": people.first, "name": "results.json"}
    other = good.replace(b'"tabular"', b'"image"')
    refused("results_kind", add, data=other, **common)
    refused("results", add, data=b'{"format": "anders"}', **common)
    refused("results", add, data=b"[]", **common)
    refused("examiner", add, audit=audit, by=people.second, name="r.json", data=good)


def test_self_check_ends_with_a_profile_and_no_certificate(people: Any) -> None:
    audit = rated(people.applicant, answers=HIGH, kind="self")
    done = applying.submit(audit=audit, by=people.applicant)
    assert done.state == States.PROFILE
    level = next(one["level"] for one in told(done)["dimensions"] if one["id"] == "VE")
    assert level in {"C", "D"}  # at high need, nobody's own rating reaches more than C
    assert to_take(people.first) == []
    assert not Certificate.objects.exists()


def test_suspension_withdrawal_surveillance_and_complaint(people: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    set_state, first = watching.set_state, people.first
    common = {"certificate": certificate, "by": first}
    refused("certificate_state", set_state, state="valid", reason="nichts", **common)
    refused("words", set_state, state="suspended", reason=" ", **common)
    refused(
        "role",
        set_state,
        certificate=certificate,
        by=people.applicant,
        state="withdrawn",
        reason="x",
    )
    set_state(state="suspended", reason="Neue Fassung ungeprüft.", **common)
    refused("certificate_state", watching.survey, note="geht", **common)
    set_state(state="valid", reason="Geprüft.", **common)
    before = certificate.surveillance_due
    assert watching.survey(note="Unverändert.", **common).surveillance_due >= before
    made = watching.complain(certificate=certificate, by=people.applicant, text="Falsch.")
    watching.answer(complaint=made, by=first, text="Wir sehen nach.")
    refused("complaint", watching.answer, complaint=made, by=people.second, text="Noch einmal")
    set_state(state="withdrawn", reason="Zu Recht.", **common)
    refused("certificate_state", set_state, state="valid", reason="doch", **common)
