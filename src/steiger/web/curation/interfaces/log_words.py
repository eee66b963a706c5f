"""What this room's entries of the audit log mean."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register, words_for
from steiger.web.curation.models import Submission

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
    changes={
        "curation.submission": words_for(
            {"state": _("State")}, {"state": dict(Submission.State.choices)}
        ),
        "directory.actor": words_for({"not_the_same": _("Not the same as")}),
    },
)
