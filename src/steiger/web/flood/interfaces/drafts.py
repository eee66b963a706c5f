"""The dry run of a network's files, in words."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from steiger.web.flood.domain.documents import moment
from steiger.web.flood.domain.drafts import WAITING, Draft
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.mistakes import mistake_text
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.models import Network

#: What the engine takes but this room cannot use.
UNFIT = {
    "no_target": gettext_lazy("No sensor is to be forecast. Set target = true at one at least."),
    "no_rows": gettext_lazy("The file holds no measurement."),
    "gone": gettext_lazy(
        "This sensor is in operation, but missing in the file. Add it; it may be without values."
    ),
    "step": gettext_lazy("The network that is there has another time step. Choose another name."),
}
REFUSALS = {
    "not_good": gettext_lazy("These files have mistakes or are still being read."),
    "collecting": gettext_lazy(
        "The sources of this network are being asked just now. Take it over in a minute."
    ),
    "simulated": gettext_lazy("A simulated network has this short name. Choose another one."),
}


def refusal(code: str) -> str:
    """Why a draft is not taken over."""
    return str(REFUSALS[code])


def draft_context(draft: Draft) -> dict[str, Any]:
    """Everything about a draft's dry run."""
    known = Network.objects.filter(key=draft.key).first()
    return room_context(None, "control") | {
        "draft": draft,
        "waiting": draft.state == WAITING,
        "known": known,
        "problems": [_problem(problem) for problem in draft.problems],
        "found": _found(draft.summary) if draft.summary else None,
    }


def _problem(problem: dict[str, Any]) -> dict[str, Any]:
    code = problem.get("code")
    text, english = (str(UNFIT[code]), False) if code else mistake_text(problem["text"])
    return problem | {"text": text, "english": english}


def _found(summary: dict[str, Any]) -> dict[str, Any]:
    """The summary with numbers and times as the language writes them."""
    return {
        "name": summary["name"],
        "step": words.span(summary["step_s"] / 60),
        "kinds": [(words.kind_text(kind), n) for kind, n in sorted(summary["kinds"].items())],
        "placed": summary["placed"],
        "sensors": sum(summary["kinds"].values()),
        "first": words.clock_text(moment(summary["first"])),
        "last": words.clock_text(moment(summary["last"])),
        "rows": number_format(summary["rows"], 0, force_grouping=True),
        "gauges": [
            {
                "name": gauge["name"],
                "levels": ", ".join(words.value_text(v, gauge["unit"]) for v in gauge["levels"])
                or "–",
                "share": words.share_of(gauge["share"], 1),
            }
            for gauge in summary["gauges"]
        ],
        "unused": words.share_of(summary["unused"], 1),
        "findings": _findings(summary["findings"]),
        "told": [
            {
                "sensor": row["sensor"] or _("all sensors"),
                "since": words.clock_text(moment(row["from"])),
                "count": number_format(row["count"], 0, force_grouping=True),
                "text": words.told(row),
            }
            for row in summary["told"]
        ],
    }


def _findings(number: int) -> str:
    text = ngettext("%(n)s finding", "%(n)s findings", number)
    return text % {"n": number_format(number, 0, force_grouping=True)}
