"""What is found about a person, in words: rooms, kinds of record, errors; and as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.desk.domain.personal_data import Found
from steiger.web.desk.domain.processing import Processing, register_of_processing
from steiger.web.desk.interfaces.record_words import field_label, record_label

ROOMS = {
    "account": gettext_lazy("Sign-in"),
    "accounts": gettext_lazy("Accounts"),
    "advice": gettext_lazy("Consultation"),
    "audits": gettext_lazy("Examination of AI systems"),
    "axes": gettext_lazy("Failed sign-ins"),
    "background": gettext_lazy("Mails on their way"),
    "cases": gettext_lazy("Firms’ paths"),
    "communities": gettext_lazy("Communities"),
    "curation": gettext_lazy("Curation of the Landkarte"),
    "desk": gettext_lazy("The desk"),
    "events": gettext_lazy("Events"),
    "flood": gettext_lazy("Flood warnings"),
    "mfa": gettext_lazy("Second factors"),
    "publications": gettext_lazy("Publications"),
    "socialaccount": gettext_lazy("Connected services"),
}
HEAD = (
    gettext_lazy("Part"),
    gettext_lazy("Record"),
    gettext_lazy("Field"),
    gettext_lazy("Purpose"),
    gettext_lazy("Kept until"),
    gettext_lazy("Legal basis (GDPR)"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row that was found: its part of the site, kind of record, and (field, value) pairs."""

    room: str
    model: str
    pairs: tuple[tuple[str, str], ...]


def room_label(key: str) -> str:
    """What a room is called."""
    return str(ROOMS.get(key, key))


def shown(found: Sequence[Found]) -> list[Shown]:
    """Rows for a page, in the reader's words; empty columns are left out."""
    lines = []
    for one in found:
        room = room_label(one.label.partition(".")[0])
        for row in one.rows:
            pairs = tuple(
                (field_label(name), _value(one.label, name, value))
                for name, value in row.items()
                if value not in (None, "", [], {})
            )
            lines.append(Shown(room, record_label(one.label), pairs))
    return sorted(lines, key=lambda line: (line.room, line.model))


def _value(label: str, name: str, value: object) -> str:
    """A value in words: the label of a choice, yes or no; else as it stands."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return str(_choices(label, name).get(value, value))
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _choices(label: str, name: str) -> dict[object, object]:
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    return dict(getattr(field, "flatchoices", None) or ())


def as_json(found: Sequence[Found]) -> str:
    """Everything that was found, for the person (Art. 20 GDPR)."""
    data = {one.label: list(one.rows) for one in found}
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def error_words(code: str) -> str:
    """Why an act was refused."""
    return {
        "address": _("An e-mail address looks like this: name@example.org."),
        "taken": _("The new address belongs to somebody else, or both have the same thing."),
        "last": _("This is the last administrator. Name another one first."),
        "nothing": _("Give a new address or a new name."),
    }[code]


def processing_lines() -> list[tuple[str, ...]]:
    """The register in the reader's language, by part of the site."""
    lines = [_line(one) for one in register_of_processing()]
    return sorted(lines)


def _line(one: Processing) -> tuple[str, ...]:
    article = _("Art. %(number)s") % {"number": one.basis}
    retention = _(one.retention) if one.retention else _("see purpose")
    record = record_label(f"{one.room}.{one.model}")
    return (
        room_label(one.room),
        record,
        field_label(one.field),
        _(one.purpose),
        retention,
        article,
    )


def processing_csv() -> str:
    """The register as CSV (semicolons, as German spreadsheets expect)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(word) for word in HEAD])
    writer.writerows(processing_lines())
    return out.getvalue()


def processing_markdown(title: str) -> str:
    """The register as Markdown."""
    head = [str(word) for word in HEAD]
    heading = _("Register of processing (Art. 30 GDPR)")
    lines = [f"# {heading}", "", title, ""]
    lines += [_row(head), _row(["---"] * len(head))]
    lines += [_row(line) for line in processing_lines()]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
