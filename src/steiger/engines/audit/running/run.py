"""Runs the checks of a plan on any executor; what is done is kept, so that it can be resumed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import steiger
from steiger.engines.audit.checks.contract import Check, CheckResult
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.context import Context
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.running.loading import NO_ENDPOINTS, Endpoints, load
from steiger.engines.audit.running.plan import Plan
from steiger.engines.audit.running.results import as_bytes, read_part, row, stored, summary
from steiger.lib.atomic_files import write_atomically

#: Reads seconds; given by the caller, because an engine has no clock.
Clock = Callable[[], float]
#: Result or reason why there is none, and seconds.
Outcome = tuple[CheckResult | None, str, float]


def no_clock() -> float:
    """Always zero: without a clock no seconds are told."""
    return 0.0


def planned(plan: Plan) -> tuple[Check, ...]:
    """The checks that the plan names, or all that apply to such a system."""
    known = all_checks()
    if plan.checks:
        return tuple(known[name] for name in plan.checks)
    return tuple(c for c in known.values() if c.applies_to(plan.task, plan.modality))


def run_audit(
    plan: Plan,
    folder: Path,
    *,
    executor: Executor | None = None,
    endpoints: Endpoints = NO_ENDPOINTS,
    clock: Clock = no_clock,
    done: Callable[[str, int, int], object] = lambda _check, _done, _all: None,
) -> dict[str, Any]:
    """Runs what is not done yet and writes `results.json` into the folder; returns its content.

    Args:
        plan: what to run.
        folder: is made if it is missing; parts of an earlier run of the same audit are taken over.
        executor: where checks run; without one, in this process. Results do not depend on it.
        endpoints: how addresses are reached.
        clock: for the seconds of each check.
        done: told after each check: its id, how many are done, how many there are.

    Raises:
        AuditError: the plan's data do not fit; then nothing has been written.
    """
    checks = planned(plan)
    context = load(plan, endpoints)
    _writable(folder)
    digest = hashlib.sha256(f"{plan.digest}/{steiger.__version__}".encode()).hexdigest()
    home = folder / "parts"
    home.mkdir(parents=True, exist_ok=True)
    parts: dict[str, dict[str, Any]] = {}
    open_checks = []
    for check in checks:
        kept = read_part(home / f"{check.id}.json", digest)
        if kept is not None:
            parts[check.id] = kept
        else:
            open_checks.append(check)
    finished = len(parts)
    for check, outcome in _outcomes(
        plan, endpoints, context, open_checks, executor=executor, clock=clock
    ):
        part = {"digest": digest, **_part(plan, folder, context, check, outcome)}
        write_atomically(home / f"{check.id}.json", as_bytes(part))
        parts[check.id] = part
        finished += 1
        done(check.id, finished, len(checks))
    told = [parts[check.id] for check in checks]
    content = summary(plan, steiger.__version__, told, context.gaps)
    write_atomically(folder / "results.json", as_bytes(content))
    return content


def _writable(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise AuditError(f"{folder}: is a file, not a folder")
    if not folder.absolute().parent.is_dir():
        raise AuditError(f"{folder}: the folder above it does not exist")


def _outcomes(
    plan: Plan,
    endpoints: Endpoints,
    context: Context,
    checks: list[Check],
    *,
    executor: Executor | None,
    clock: Clock,
) -> Iterator[tuple[Check, Outcome]]:
    """Outcomes as they come; checks that lack something never leave this process."""
    ready = []
    for check in checks:
        if check.lacking(context) or not check.applies_to(context.task, context.modality):
            yield check, (None, "", 0.0)
        else:
            ready.append(check)
    if executor is None:
        for check in ready:
            yield check, one_check(plan, endpoints, check.id, clock)
        return
    futures = {executor.submit(one_check, plan, endpoints, c.id, clock): c for c in ready}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BaseException:
        # A pool of processes stumbles over futures cancelled from outside; its owner does so.
        if not isinstance(executor, ProcessPoolExecutor):
            for future in futures:
                future.cancel()
        raise


def one_check(plan: Plan, endpoints: Endpoints, check: str, clock: Clock) -> Outcome:
    """One check in whatever process: a pure function of the plan and the files it names.

    A check that fails fails alone: its reason stands in the results, and the audit goes on.
    """
    begin = clock()
    try:
        result = all_checks()[check].run(load(plan, endpoints))
    except Exception as error:  # noqa: BLE001 - foreign checks may fail in any way
        text = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        return None, " ".join(text.split())[:500] or type(error).__name__, clock() - begin
    return result, "", clock() - begin


def _part(
    plan: Plan, folder: Path, context: Context, check: Check, outcome: Outcome
) -> dict[str, Any]:
    result, reason, seconds = outcome
    measurements = stored(folder, check.id, result) if result else ()
    lacking = [str(need) for need in check.lacking(context)]
    state = "measured" if result else "failed" if reason else "lacking"
    if not check.applies_to(context.task, context.modality):
        state = "not applicable"
    return {
        "id": check.id,
        "title": dict(check.title),
        "requirements": list(plan.requirements.get(check.id, ())),
        "state": state,
        "lacking": lacking,
        "reason": reason,
        "seconds": round(seconds, 3),
        "measurements": [row(one) for one in measurements],
        "limits": [dict(limit) for limit in result.limits] if result else [],
        "evidence": sorted({file for one in measurements for file in one.evidence}),
    }
