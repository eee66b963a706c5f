"""What communities keep about a firm's people is shown, and forgotten; figures stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.communities import make_member, make_note, make_question
from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.record import FirmGiven, firm_for
from steiger.web.communities.domain import firm_data, retention
from steiger.web.communities.domain.membership import leave
from steiger.web.communities.domain.queries import (
    answers_between,
    questions_between,
    shown_questions,
    waiting_count,
)
from steiger.web.communities.domain.writing import answer, ask, decide, take_back
from steiger.web.communities.models import Answer, Community, Member, Note, Question, State

pytestmark = pytest.mark.django_db
EMAIL = "kim@example.org"
ALWAYS = (date(2020, 1, 1), date(2100, 1, 1))


def figures() -> tuple[list[int], list[int]]:
    return (
        sorted(questions_between(*ALWAYS).values_list("pk", flat=True)),
        sorted(answers_between(*ALWAYS).values_list("pk", flat=True)),
    )


@pytest.fixture
def kim(community: Community) -> Member:
    """A member who has written everything that one can write, and got an answer."""
    member, other = make_member(community), make_member(community, "Toni Beispiel")
    question = make_question(member, "Darf der Ofen zuhören?")
    decide(thing=answer(member=other, question=question, text="Ja"), show=True, by=audit.SYSTEM)
    others = make_question(other, "Wer kennt sich aus?")
    decide(thing=answer(member=member, question=others, text="Ich"), show=True, by=audit.SYSTEM)
    ask(member=member, title="Noch nicht gezeigt")
    make_note(member, title="Suche Ofen")
    return member


def test_everything_is_told(kim: Member) -> None:
    firm = firm_for(email=EMAIL, given=FirmGiven(name="Bäckerei Beispiel"), by=audit.SYSTEM)
    (told,) = firm_data.kept(firm.pk, [EMAIL])
    assert [one["title"] for one in told["questions"]] == [
        "Darf der Ofen zuhören?",
        "Noch nicht gezeigt",
    ]
    assert ([one["text"] for one in told["answers"]], len(told["notes"])) == (["Ich"], 1)


def test_words_go_and_figures_stay(kim: Member) -> None:
    before = figures()
    firm = firm_for(email=EMAIL, given=FirmGiven(name="Bäckerei Beispiel"), by=audit.SYSTEM)
    erase_firm(firm=firm, by=audit.VISITOR)
    assert Member.objects.get().name == "Toni Beispiel"
    assert (figures(), Note.objects.count()) == (before, 0)
    assert sorted(Question.objects.values_list("title", flat=True)) == ["", "Wer kennt sich aus?"]
    assert set(Answer.objects.values_list("text", flat=True)) == {""}
    assert waiting_count(kim.community) == 0
    assert [q.title for q in shown_questions(kim.community)] == ["Wer kennt sich aus?"]


def test_leaving_and_taking_back_keep_the_figures(kim: Member) -> None:
    before = figures()
    take_back(member=kim, thing=Question.objects.get(title__startswith="Darf"))
    leave(member_id=kim.pk, erase_texts=True)
    assert figures() == before
    erased = Question.objects.filter(state=State.ERASED).get()
    assert decide(thing=erased, show=True, by=audit.SYSTEM).state == State.ERASED  # type: ignore[attr-defined]


def test_time_keeps_the_figures(kim: Member) -> None:
    before = figures()
    hidden = Question.objects.get(title__startswith="Darf")
    decide(thing=hidden, show=False, by=audit.SYSTEM)
    later = timezone.now() + retention.KEEP_HIDDEN + timedelta(hours=1)
    assert (retention.prune(later), retention.prune(later)) == (1, 0)
    hidden.refresh_from_db()
    assert (hidden.title, hidden.state, figures()) == ("", "erased", before)
