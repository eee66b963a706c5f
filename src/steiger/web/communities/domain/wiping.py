"""Forgetting words: what was shown once stays as an empty row, so that figures do not change."""

from __future__ import annotations

from django.db.models import QuerySet

from steiger.web.communities.models import Answer, Member, Question, State


def wipe_texts_of(member: Member) -> int:
    """Forget what a member asked and answered, within the caller's transaction.

    A question goes with its answers: without the question nobody understands them.
    """
    answers = wipe_answers(Answer.objects.filter(member=member))
    return answers + wipe_questions(Question.objects.filter(member=member))


def wipe_questions(questions: QuerySet[Question]) -> int:
    """Empty questions that were shown once, and their answers; delete the others."""
    keys = list(questions.exclude(state=State.ERASED).values_list("pk", flat=True))
    wiped = wipe_answers(Answer.objects.filter(question__in=keys))
    found = Question.objects.filter(pk__in=keys)
    found.filter(shown_at=None, answers=None).delete()
    found.update(title="", text="", member=None, state=State.ERASED)
    return wiped + len(keys)


def wipe_answers(answers: QuerySet[Answer]) -> int:
    """Empty answers that were shown once; delete the others."""
    keys = list(answers.exclude(state=State.ERASED).values_list("pk", flat=True))
    found = Answer.objects.filter(pk__in=keys)
    found.filter(shown_at=None).delete()
    found.update(text="", member=None, state=State.ERASED)
    return len(keys)
