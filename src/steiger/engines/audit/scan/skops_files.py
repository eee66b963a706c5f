"""skops files: a zip with schema.json, which names every type that is made."""

from __future__ import annotations

import json
from typing import Any

from steiger.engines.audit.scan.allowed import allow_list, skops_list
from steiger.engines.audit.scan.result import Findings


def scan_schema(content: bytes, names: set[str], where: str, findings: Findings) -> None:
    """Scan the schema against the allow-list; `names` are the other members of the zip.

    Format: https://skops.readthedocs.io/en/stable/persistence.html
    """
    try:
        schema = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        findings.add("broken", where, f"skops: {error}")
        return
    if not isinstance(schema, dict) or "__loader__" not in schema:
        findings.add("broken", where, "skops: no loader")
        return
    mentioned: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        findings.operate()
        if isinstance(part, dict):
            if "__loader__" in part:
                _node(part, where, findings)
                if isinstance(part.get("file"), str):
                    mentioned.add(part["file"])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    if mentioned != names:
        findings.add("mismatch", where, "skops: members and schema")


def _node(node: dict[str, Any], where: str, findings: Findings) -> None:
    loader, module, name = (str(node.get(f"__{key}__")) for key in ("loader", "module", "class"))
    lists = skops_list()
    if loader == "FunctionNode":
        allowed = allow_list().get((module, name))
        if allowed is None or allowed.use != "name":
            findings.add("global", where, f"{loader} {module}.{name}")
    elif loader not in lists["loaders"]:
        findings.add("global", where, f"{loader} {module}.{name}")
    elif (module, name) not in allow_list() and f"{module}.{name}" not in lists["names"]:
        findings.add("global", where, f"{module}.{name}")
