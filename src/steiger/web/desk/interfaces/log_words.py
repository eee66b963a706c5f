"""What this room's entries of the audit log mean."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import plain, register, words_for
from steiger.web.desk.interfaces.circular_pages import filter_words
from steiger.web.desk.interfaces.kinds import KINDS, kind_words
from steiger.web.desk.interfaces.person_words import ROOMS
from steiger.web.desk.interfaces.record_words import record_label


def _filters(kept: Any) -> str:
    told = filter_words(kept) if isinstance(kept, dict) else []
    return "; ".join(f"{label}: {values}" for label, values in told)


def _found(key: str, value: Any) -> tuple[str, str] | None:
    """How many rows of which room or kind of record."""
    if key in ROOMS:
        return str(ROOMS[key]), plain(value)
    room, _dot, model = key.partition(".")
    known = room in apps.app_configs and model.lower() in apps.all_models[room]
    return (record_label(key), plain(value)) if known else None


register(
    acts={
        "desk.circular.write": _("Circular begun"),
        "desk.circular.change": _("Circular changed"),
        "desk.circular.drop": _("Draft of a circular thrown away"),
        "desk.circular.expire": _("Old draft of a circular erased"),
        "desk.circular.try": _("Circular sent to oneself"),
        "desk.circular.send": _("Circular sent"),
        "desk.circular.stop": _("Circular stopped"),
        "desk.circular.resume": _("Circular gone on"),
        "desk.extract.take": _("Table taken along"),
        "desk.person.show": _("Data of a person looked up on request"),
        "desk.person.correct": _("Data of a person corrected on request"),
        "desk.person.erase": _("Data of a person erased on request"),
    },
    objects={
        "desk.circular": _("Circular"),
        "desk.extract": _("Table"),
        "desk.person": _("Person"),
    },
    changes={
        "desk.circular": words_for(
            {"people": _("People"), "filters": _("Filters")}, {"filters": _filters}
        ),
        "desk.extract": words_for(
            {
                "kind": _("Table"),
                "form": _("Form"),
                "rows": _("Rows"),
                "columns": _("Columns"),
            },
            {
                "kind": kind_words,
                "form": str.upper,
                "columns": {c.key: c.label for kind in KINDS.values() for c in kind.columns},
            },
        ),
        "desk.person": _found,
    },
)
