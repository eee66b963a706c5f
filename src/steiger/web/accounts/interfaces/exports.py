"""What leaves this room as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from steiger.web.accounts.models import LogEntry

COLUMNS = (
    "id",
    "at",
    "user_number",
    "as_role",
    "act",
    "object_type",
    "object_id",
    "object_label",
    "changes",
    "reason",
    "request_id",
)


class _Line:
    def write(self, text: str) -> str:
        return text


def log_as_csv(entries: Iterable[LogEntry]) -> Iterator[str]:
    """The log as lines of CSV. A leading ``'`` keeps spreadsheets from computing cells."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for entry in entries:
        values = [getattr(entry, column) for column in COLUMNS]
        values[COLUMNS.index("at")] = entry.at.isoformat()
        values[COLUMNS.index("changes")] = json.dumps(entry.changes, ensure_ascii=False)
        yield writer.writerow([_safe(value) for value in values])


def _safe(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
