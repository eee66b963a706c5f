"""Tables as files that leave row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override

from steiger.adapters.sheets import Cell, csv_lines, write_xlsx
from steiger.web.desk.interfaces.kinds import Column, Kind
from steiger.web.desk.models import Extract

CHUNK = 500
#: Larger files wait on the disk and not in memory.
IN_MEMORY = 2_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(
    found: QuerySet[Any], keys: Sequence[Any], columns: Sequence[Column]
) -> Iterator[list[Cell]]:
    """The rows with these primary keys, in their order, some hundred at a time.

    What was erased since the keys were counted is left out.
    """
    language = get_language() or "de"
    for begin in range(0, len(keys), CHUNK):
        part = keys[begin : begin + CHUNK]
        # The answer leaves after the request is done, when its language is no longer set.
        with override(language):
            rows = [[column.value(row) for column in columns] for row in found.filter(pk__in=part)]
        yield from rows


def file_of(
    kind: Kind, form: str, columns: Sequence[Column], rows: Iterator[list[Cell]]
) -> StreamingHttpResponse | FileResponse:
    """The table as CSV or XLSX."""
    header = [str(column.label) for column in columns]
    name = f"{kind.key}-{timezone.localdate():%Y-%m-%d}.{form}"
    if form == Extract.Form.XLSX:
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
        write_xlsx(file, header, rows, title=str(kind.label))
        file.seek(0)
        answer: StreamingHttpResponse | FileResponse = FileResponse(
            file, content_type=XLSX, as_attachment=True, filename=name
        )
    else:
        answer = StreamingHttpResponse(
            csv_lines(header, rows), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
