"""Whether conditions hold, given answers of which some may be missing: yes, no, or open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from steiger.engines.audit.catalogue.types import CatalogueError, Condition, Question

#: Question → answer, or several where the question allows it.
Answers = Mapping[str, str | Collection[str]]
#: May stand for the answer to any question: it counts as not answered.
UNKNOWN = "unknown"


def check_answers(answers: Answers, questions: Iterable[Question]) -> dict[str, frozenset[str]]:
    """Answers as sets; those that are unknown are left out.

    Raises:
        CatalogueError: a question or an answer is not in the catalogue, or several were given
            where one is allowed.
    """
    known = {question.id: question for question in questions}
    given = {}
    for key, value in answers.items():
        if key not in known:
            raise CatalogueError(f"There is no question {key!r}. Known: {', '.join(known)}.")
        chosen = frozenset([value] if isinstance(value, str) else value)
        if not chosen or UNKNOWN in chosen:
            continue
        allowed = [answer.id for answer in known[key].answers]
        for answer in sorted(chosen):
            if answer not in allowed:
                raise CatalogueError(
                    f"{key}: there is no answer {answer!r}. Known: {', '.join(allowed)}, {UNKNOWN}."
                )
        if len(chosen) > 1 and not known[key].multiple:
            raise CatalogueError(f"{key}: one answer is allowed, {len(chosen)} were given.")
        given[key] = chosen
    return given


class Situation:
    """What is known about a use."""

    def __init__(self, answers: Answers, questions: Iterable[Question]) -> None:
        """Take answers.

        Raises:
            CatalogueError: see :func:`check_answers`.
        """
        self.questions = {question.id: question for question in questions}
        self.given = check_answers(answers, self.questions.values())

    def arises(self, question: str) -> bool | None:
        """Whether a question must be asked; None if that is open."""
        return self.all(self.questions[question].asked_if)

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds; None if its question is open."""
        arises = self.arises(condition.question)
        if arises is False:
            return False
        if condition.question not in self.given:
            return None
        met = bool(self.given[condition.question] & set(condition.answers))
        return arises if met else False

    def all(self, conditions: Iterable[Condition]) -> bool | None:
        """Whether all hold: one that fails decides, one that is open leaves it open."""
        open_ = False
        for condition in conditions:
            state = self.holds(condition)
            if state is False:
                return False
            open_ |= state is None
        return None if open_ else True

    def missing(self, conditions: Iterable[Condition]) -> set[str]:
        """The questions whose answers would decide; those they depend on come first."""
        found: set[str] = set()
        for condition in conditions:
            if self.holds(condition) is None:
                before = self.missing(self.questions[condition.question].asked_if)
                found |= before or {condition.question}
        return found
