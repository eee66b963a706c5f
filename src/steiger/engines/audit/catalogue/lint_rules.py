"""Finds questions and rules that cannot work: broken, circular, unreachable or without effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from steiger.engines.audit.catalogue.types import Catalogue, Condition, NeedRule, Question

Problem = tuple[str, str, str]
Choices = dict[str, frozenset[str]]


def rule_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Problems of protection-need rules and of the classification of uses."""
    questions = {item.id: item for item in catalogue.questions}
    dimensions = {item.id for item in catalogue.dimensions}
    yield from _question_problems(questions)
    for rule in catalogue.need_rules:
        if rule.dimension not in dimensions:
            yield rule.id, "broken_id", f"there is no dimension {rule.dimension!r}"
        if not rule.when:
            yield rule.id, "empty", "the rule has no condition, so it always fires"
        yield from _broken(rule.id, rule.when, questions)
        if _sound(rule.when, questions) and _reach(rule.when, questions) is None:
            yield rule.id, "unreachable_rule", "its conditions contradict each other"
    yield from _shadowed(catalogue.need_rules, questions)
    used = {condition.question for rule in catalogue.need_rules for condition in rule.when}
    used |= {gate.question for item in catalogue.questions for gate in item.asked_if}
    for key in questions:
        if key not in used:
            yield key, "unused", "no rule uses the question"
    if catalogue.use is not None:
        yield from _use_problems(catalogue)


def _use_problems(catalogue: Catalogue) -> Iterator[Problem]:
    use = catalogue.use
    if use is None:
        return
    questions = {item.id: item for item in use.questions}
    yield from _question_problems(questions)
    first = next(iter(questions), "")
    for way in (use.prohibited, use.product, use.way_out, use.transparency):
        yield from _broken(way.when[0].question if way.when else first, way.when, questions)
    for item in use.classes:
        yield from _broken(item.id, item.when, questions)
        if _sound(item.when, questions) and _reach(item.when, questions) is None:
            yield item.id, "unreachable_rule", "its conditions contradict each other"


def _question_problems(questions: dict[str, Question]) -> Iterator[Problem]:
    for question in questions.values():
        ids = [answer.id for answer in question.answers]
        if len(set(ids)) != len(ids):
            yield question.id, "repeated_id", "an answer stands twice"
        if len(ids) < 2:
            yield question.id, "empty", "a question needs at least two answers"
        yield from _broken(question.id, question.asked_if, questions)
        if _circular(question.id, questions):
            yield question.id, "unreachable_rule", "whether it is asked depends on itself"


def _broken(
    key: str, conditions: Iterable[Condition], questions: dict[str, Question]
) -> Iterator[Problem]:
    for condition in conditions:
        question = questions.get(condition.question)
        if question is None:
            yield key, "broken_id", f"there is no question {condition.question!r}"
            continue
        known = {answer.id for answer in question.answers}
        for answer in condition.answers:
            if answer not in known:
                yield key, "broken_id", f"{question.id} has no answer {answer!r}"


def _sound(conditions: Iterable[Condition], questions: dict[str, Question]) -> bool:
    return not any(True for _ in _broken("", conditions, questions))


def _circular(start: str, questions: dict[str, Question]) -> bool:
    todo, seen = [start], set()
    while todo:
        for gate in questions[todo.pop()].asked_if:
            if gate.question == start:
                return True
            if gate.question in questions and gate.question not in seen:
                seen.add(gate.question)
                todo.append(gate.question)
    return False


def _reach(conditions: Iterable[Condition], questions: dict[str, Question]) -> Choices | None:
    """What the answers must be, with everything a question depends on; None if impossible."""
    choices: Choices = {}
    todo, seen = list(conditions), set()
    while todo:
        condition = todo.pop()
        question = questions.get(condition.question)
        if question is None or condition in seen:
            continue
        seen.add(condition)
        todo += question.asked_if
        allowed = frozenset(condition.answers)
        # Of several answers each may meet another condition, so only single ones can contradict.
        if question.multiple:
            continue
        choices[question.id] = choices.get(question.id, allowed) & allowed
        if not choices[question.id]:
            return None
    return choices


def _shadowed(rules: tuple[NeedRule, ...], questions: dict[str, Question]) -> Iterator[Problem]:
    sound = [rule for rule in rules if rule.when and _sound(rule.when, questions)]
    for rule in sound:
        reach = _reach(rule.when, questions)
        if reach is None:
            continue
        for other in sound:
            stronger = other.need > rule.need or (other.need == rule.need and other.id < rule.id)
            if rule is other or rule.dimension != other.dimension or not stronger:
                continue
            if all(_implied(condition, reach) for condition in other.when):
                told = f"{other.id} always fires with it and demands at least as much"
                yield rule.id, "unreachable_rule", told


def _implied(condition: Condition, reach: Choices) -> bool:
    return condition.question in reach and reach[condition.question] <= set(condition.answers)
