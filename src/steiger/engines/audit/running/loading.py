"""From a plan to the `Context` that checks read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Ask, Context, Predictions, System, Task, TextFacts
from steiger.engines.audit.data import AuditError, Table, read_table, split_groups
from steiger.engines.audit.data.groups import column_of
from steiger.engines.audit.data.times import gaps_in, order_of, times_of
from steiger.engines.audit.running.plan import Plan
from steiger.engines.audit.systems import ModelFile, RemoteSystem, is_walled, open_system
from steiger.engines.audit.systems.remote import Call
from steiger.engines.audit.systems.shapes import from_labels

Floats = NDArray[np.float64]
TOLERANCE = 1e-3
PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class Endpoints:
    """How addresses are reached; given by who may use the network. Both must pickle.

    Attributes:
        model: (address, name of the variable that holds the key) to a function of rows.
        text: (address, model, name of the variable that holds the key) to a function of messages.
        pickles: whether a pickled model may be opened, in a confined process, after its scan.
    """

    model: Callable[[str, str], Call] | None = None
    text: Callable[[str, str, str], Ask] | None = None
    pickles: bool = False


NO_ENDPOINTS = Endpoints()


@lru_cache(maxsize=1)
def _cached(path: str, digest: str, carried: tuple[Plan, Endpoints]) -> Context:
    return _context(*carried)


class _Key(tuple[Any, ...]):
    """Plan and endpoints, equal by path and digest alone: a plan itself cannot be hashed."""

    def __hash__(self) -> int:
        return hash(self[0].digest)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Key) or self[0].digest != other[0].digest:
            return False
        return bool(self[1].pickles == other[1].pickles)

    def __ne__(self, other: object) -> bool:
        return not self == other


def load(plan: Plan, endpoints: Endpoints = NO_ENDPOINTS) -> Context:
    """The context of a plan; a process reads its files once.

    Raises:
        AuditError: a file, column or class that does not fit; the text says which.
    """
    return _cached(str(plan.path), plan.digest, _Key((plan, endpoints)))


def _context(plan: Plan, endpoints: Endpoints) -> Context:
    documents = {file.name: _read(file) for file in plan.documents}
    if plan.task is Task.TEXT:
        return _text_context(plan, endpoints, documents)
    assert plan.test is not None  # noqa: S101 - read_plan sees to it
    test = read_table(plan.test)
    _need(plan, test, plan.test, (plan.target, *([plan.time] if plan.time else [])))
    _complete(test, plan.test, plan.target)
    features = plan.features or _features(plan, test)
    said = _said_columns(plan, test)
    classes = plan.classes or (test.values(plan.target) if plan.task is not Task.REGRESSION else ())
    _fits(plan, test, features, classes)
    attributions = _attributions(plan, features, len(test))
    if plan.block > len(test):
        raise AuditError(
            f"{plan.path}: [data] block: {plan.block} rows are more than the {len(test)} of the "
            "test data; name how many rows in a row depend on each other"
        )
    times = times_of(test, plan.time, str(plan.test)) if plan.time else []
    if plan.time:
        order = order_of(times)
        test, said = test.rows(order), said and said.rows(order)
        attributions = attributions if attributions is None else attributions[order]
    training = _other(plan, plan.training, features)
    deployment = _other(plan, plan.deployment, features, target=False)
    system = _system(plan, features, classes, endpoints)
    predictions = said or (
        Predictions(outputs=_asked(plan, system, test), has_scores=system.has_scores)
        if system
        else None
    )
    return Context(
        task=plan.task,
        modality=plan.modality,
        target=plan.target,
        features=features,
        classes=classes,
        favourable=plan.favourable,
        protected=plan.protected,
        quasi_identifiers=plan.quasi_identifiers,
        time=plan.time,
        gaps=gaps_in(times),
        shape=plan.shape,
        block=plan.block,
        coverage=plan.coverage,
        test=test,
        training=training,
        deployment=deployment,
        system=system,
        walled=is_walled(system),
        model_file=plan.model,
        predictions=predictions,
        attributions=attributions,
        base_value=plan.base_value,
        documents=documents,
        thresholds=plan.thresholds,
        level=1 - plan.alpha,
        seed=plan.seed,
    )


def _text_context(plan: Plan, endpoints: Endpoints, documents: dict[str, str]) -> Context:
    if endpoints.text is None:
        raise AuditError(f"{plan.path}: text endpoints cannot be reached from here")
    return Context(
        task=plan.task,
        modality=plan.modality,
        ask=endpoints.text(plan.text_address, plan.text_model, plan.text_key_env),
        text=TextFacts(
            canaries=_canaries(plan), system_prompt=plan.system_prompt, repeats=plan.repeats
        ),
        documents=documents,
        thresholds=plan.thresholds,
        level=1 - plan.alpha,
        seed=plan.seed,
    )


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise AuditError(f"{file}: is no text in UTF-8; give documents as Markdown") from None


def _need(plan: Plan, table: Table, file: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in table.columns:
            some = ", ".join(list(table.columns)[:12])
            raise AuditError(f"{plan.path}: {file.name} has no column {name!r}; it has {some}")


def _complete(table: Table, file: Path, name: str) -> None:
    """A column that nothing can be measured without has a value in every row."""
    column = table[name]
    missing = np.flatnonzero(np.isnan(column) if table.is_number(name) else column == "")
    if missing.size:
        rows = "1 row has" if missing.size == 1 else f"{missing.size} rows have"
        raise AuditError(
            f"{file}: column {name!r}: {rows} no value (the first: row {missing[0] + 1}); "
            "fill in what is missing, or take such rows out and say so in the documents"
        )


def _features(plan: Plan, test: Table) -> tuple[str, ...]:
    told = {plan.target, plan.time, plan.label, *plan.scores, plan.value, plan.low, plan.high}
    if plan.predictions is not None:
        told = {plan.target, plan.time}
    return tuple(name for name in test.columns if name not in told)


def _fits(plan: Plan, test: Table, features: tuple[str, ...], classes: tuple[str, ...]) -> None:
    assert plan.test is not None  # noqa: S101
    _need(plan, test, plan.test, (*features, *plan.quasi_identifiers))
    _need(plan, test, plan.test, tuple(column_of(name) for name in plan.protected))
    if plan.target in features:
        raise AuditError(f"{plan.path}: [model] features: the target is no feature")
    for attribute in plan.protected:
        split_groups(test, attribute)
    named = [name for name in plan.protected if name in test.columns]
    for name in named if plan.task is Task.REGRESSION else [plan.target, *named]:
        if not test.exact(name):
            raise AuditError(
                f"{plan.test}: column {name!r} holds numbers beyond 2^53, which cannot be told "
                "apart; write them as text, such as with a letter in front"
            )
    for name in plan.codes:
        if name not in features:
            raise AuditError(f"{plan.path}: [model.codes] {name}: is no feature")
    if plan.task is Task.REGRESSION:
        if not test.is_number(plan.target):
            raise AuditError(
                f"{plan.path}: [data] target {plan.target!r} holds {_no_number(test, plan.target)}"
            )
        return
    if len(classes) < 2 or len(classes) > 1000:
        raise AuditError(
            f"{plan.path}: [data] target {plan.target!r} has {len(classes)} classes; "
            "a classification needs 2 to 1000"
        )
    if plan.favourable and plan.favourable not in classes:
        known = ", ".join(classes[:12])
        raise AuditError(f"{plan.path}: [data] favourable {plan.favourable!r}: classes are {known}")
    strange = sorted(set(test.values(plan.target)) - set(classes))
    if strange:
        raise AuditError(f"{plan.path}: [model] classes: the test data also hold {strange[0]!r}")


def _other(
    plan: Plan, file: Path | None, features: tuple[str, ...], *, target: bool = True
) -> Table | None:
    if file is None:
        return None
    table = read_table(file)
    _need(plan, table, file, (*features, *([plan.target] if target else [])))
    if target:
        _complete(table, file, plan.target)
    return table


def _system(
    plan: Plan, features: tuple[str, ...], classes: tuple[str, ...], endpoints: Endpoints
) -> System | None:
    if plan.kind in {"", "predictions"}:
        return None
    if plan.kind == "http":
        if endpoints.model is None:
            raise AuditError(f"{plan.path}: addresses cannot be reached from here")
        return RemoteSystem(
            call=endpoints.model(plan.address, plan.key_env),
            features=features,
            classes=classes,
            has_scores=plan.answers != "labels",
            logits=plan.answers == "logits",
        )
    assert plan.model is not None  # noqa: S101
    return open_system(
        ModelFile(
            kind=plan.kind,
            path=plan.model,
            features=features,
            classes=classes,
            codes=plan.codes,
            scale=plan.scale,
            logits=plan.answers == "logits",
            output=plan.output,
            pickles=endpoints.pickles,
        )
    )


def _asked(plan: Plan, system: System, test: Table) -> Floats:
    try:
        return system.outputs(test)
    except AuditError:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        # Models fail in as many ways as there are libraries; most often a feature is missing or
        # has another form than in training.
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise AuditError(f"{plan.path}: the model cannot answer the test data ({reason})") from None


def _said_columns(plan: Plan, test: Table) -> Predictions | None:
    """Predictions that were given as columns, in the order of the test data's file."""
    if not (plan.label or plan.scores or plan.value):
        return None
    assert plan.test is not None  # noqa: S101
    file = plan.predictions or plan.test
    table = _beside(plan.predictions, len(test)) if plan.predictions else test
    named = [n for n in (plan.label, *plan.scores, plan.value, plan.low, plan.high) if n]
    _need(plan, table, file, tuple(named))
    for name in (*plan.scores, plan.value, plan.low, plan.high):
        if name and not table.is_number(name):
            raise AuditError(f"{file}: column {name!r} holds {_no_number(table, name)}")
    for name in named:
        _complete(table, file, name)
    low, high = (table[n] if n else None for n in (plan.low, plan.high))
    if plan.task is Task.REGRESSION:
        if not plan.value:
            raise AuditError(f"{plan.path}: [predictions] value is needed for a regression")
        return Predictions(outputs=table[plan.value], low=low, high=high)
    classes = plan.classes or test.values(plan.target)
    if not plan.scores:
        if not plan.label:
            raise AuditError(f"{plan.path}: [predictions] label or scores is needed")
        outputs = from_labels(table[plan.label], classes, f"{file}: column {plan.label!r}")
        return Predictions(outputs=outputs, has_scores=False)
    return Predictions(outputs=_probabilities(table.matrix(plan.scores), classes, file))


def _no_number(table: Table, name: str) -> str:
    """What a column of text holds instead of numbers: its first value that is none."""
    for row, value in enumerate(table[name].tolist(), 1):
        try:
            float(value.replace(",", "."))
        except ValueError:
            if value:
                return (
                    f"no numbers (row {row}: {value!r}); write them without signs for thousands "
                    "or units"
                )
    return "no numbers"


def _probabilities(scores: Floats, classes: tuple[str, ...], file: Path) -> Floats:
    given = scores
    if scores.shape[1] == 1 and len(classes) == 2:
        scores = np.column_stack([1 - scores[:, 0], scores[:, 0]])
    if scores.shape[1] != len(classes):
        raise AuditError(f"{file}: {scores.shape[1]} score columns for {len(classes)} classes")
    wrong = ~(np.abs(scores.sum(axis=1) - 1) <= TOLERANCE) | (scores < 0).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        told = ", ".join(f"{value:g}" for value in given[row])
        hint = ""
        if given.min() >= 0 and 1 < given.max() <= PER_CENT:
            hint = "; if they are per cent, divide them by 100"
        raise AuditError(
            f"{file}: row {row + 1}: scores are no probabilities that add up to 1 ({told}){hint}"
        )
    return scores


def _beside(file: Path, count: int) -> Table:
    """A table with a row for each row of the test data."""
    table = read_table(file)
    if len(table) != count:
        raise AuditError(f"{file}: has {len(table)} rows, the test data {count}")
    return table


def _attributions(plan: Plan, features: tuple[str, ...], count: int) -> Floats | None:
    if plan.explanations is None:
        return None
    table = _beside(plan.explanations, count)
    _need(plan, table, plan.explanations, features)
    for name in features:
        if not table.is_number(name) or np.isnan(table[name]).any():
            raise AuditError(f"{plan.explanations}: column {name!r} needs a number in every row")
    return table.matrix(features)


def _canaries(plan: Plan) -> tuple[tuple[str, str], ...]:
    if plan.canaries is None:
        return ()
    table = read_table(plan.canaries)
    _need(plan, table, plan.canaries, ("before", "secret"))
    pairs = zip(table["before"].tolist(), table["secret"].tolist(), strict=True)
    return tuple((str(before), str(secret)) for before, secret in pairs)
