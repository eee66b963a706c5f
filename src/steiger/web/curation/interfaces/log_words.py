"""What this room's entries of the audit log mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import plain, register
from steiger.web.curation.models import Submission

_STATES = dict(Submission.State.choices)


def change(key: str, value: Any) -> tuple[str, str]:
    """The state of a submission."""
    return (str(_("State")) if key == "state" else key), str(_STATES.get(value, plain(value)))


register(
    acts={
        "curation.submission.accept": _("Submission accepted"),
        "curation.submission.reject": _("Submission rejected"),
        "curation.submission.ask": _("Question to the person who submitted"),
        "curation.submission.undo": _("Decision taken back"),
        "curation.submission.offer": _("Difference of an import offered"),
        "curation.submission.take_back": _("Difference of an import taken back"),
        "curation.pair.different": _("Two entries are not the same"),
    },
    objects={"curation.submission": _("Submission")},
    changes={"curation.submission": change},
)
