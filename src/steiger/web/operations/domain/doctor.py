"""Looks at the installation: every module in ``checks`` is one look; adding a file adds a check."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from django.utils import translation

from steiger.web.operations.domain import checks
from steiger.web.operations.domain.findings import Finding


def all_checks() -> list[ModuleType]:
    """The modules of all checks, in the order that they give themselves."""
    names = [module.name for module in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(f"{checks.__name__}.{name}") for name in names]
    return sorted(modules, key=lambda module: (module.ORDER, module.__name__))


def examine(language: str = "en") -> list[Finding]:
    """Every finding; a check that itself breaks becomes a finding, not the end.

    Args:
        language: of the texts; commands speak English, pages the reader's language.
    """
    findings: list[Finding] = []
    with translation.override(language):
        for module in all_checks():
            try:
                findings.extend(module.look())
            except Exception as error:  # noqa: BLE001 - whatever is broken, the others still look
                name = module.__name__.rpartition(".")[2]
                text = f"{type(error).__name__}: {error}"
                todo = translation.gettext("Report this error to the people who maintain Steiger.")
                findings.append(Finding(name, "fail", text, todo))
    return findings


def index_state() -> dict[str, Any]:
    """How far the index and the database agree, in figures."""
    from steiger.web.operations.domain.checks.index import compare

    return compare().as_dict()
