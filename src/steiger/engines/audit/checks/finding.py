"""Every check there is: those of this package and those of other distributions."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from steiger.engines.audit import checks
from steiger.engines.audit.checks.contract import Check, Text
from steiger.engines.audit.data import AuditError

GROUP = "steiger.audit_checks"


@cache
def all_checks() -> dict[str, Check]:
    """Id → check, by id.

    Raises:
        AuditError: two checks have one id, or an entry point is no check.
    """
    found = list(_own())
    found += _foreign(entry_points(group=GROUP))
    return by_id(found)


def figure_text(check: str, name: str) -> Text:
    """What a figure of a check says; its name where this installation does not know it."""
    known = all_checks().get(check)
    for threshold in known.thresholds if known else ():
        if threshold.name == name:
            return threshold.text
    return {"de": name, "en": name}


def subject_text(check: str, subject: str) -> Text:
    """What a figure is about; groups and columns are called as the data calls them."""
    known = all_checks().get(check)
    return (known.subjects if known else {}).get(subject, {"de": subject, "en": subject})


def by_id(found: Iterable[Check]) -> dict[str, Check]:
    """Checks by id.

    Raises:
        AuditError: an id is taken twice.
    """
    known: dict[str, Check] = {}
    for check in sorted(found, key=lambda one: one.id):
        if check.id in known:
            raise AuditError(f"two checks have the id {check.id!r}; rename one")
        known[check.id] = check
    return known


def _own() -> Iterable[Check]:
    for info in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"{checks.__name__}.{info.name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__ or inspect.isabstract(kind):
                continue
            if issubclass(kind, Check):
                yield kind()


def _foreign(points: Iterable[EntryPoint]) -> list[Check]:
    """Checks of other distributions; one that cannot be loaded stops the audit and says so."""
    found = []
    for point in points:
        try:
            kind = point.load()
        except (ImportError, AttributeError) as error:
            raise AuditError(f"entry point {GROUP}: {point.name}: {error}") from None
        if not (inspect.isclass(kind) and issubclass(kind, Check)):
            raise AuditError(f"entry point {GROUP}: {point.name} ({point.value}) is no check")
        found.append(kind())
    return found
