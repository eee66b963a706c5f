"""What self-service's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register, words_for
from steiger.web.curation.models import Representation

register(
    acts={
        "curation.new.propose": _("Entry proposed"),
        "curation.new.confirm": _("Proposed entry confirmed by mail"),
        "curation.new.take_back": _("Proposed entry taken back"),
        "curation.new.correct": _("Proposed entry corrected"),
        "curation.new.answer": _("Question about a proposed entry answered"),
        "curation.claim.propose": _("Representation asked for"),
        "curation.claim.confirm": _("Representation confirmed by mail"),
        "curation.claim.take_back": _("Wish to represent taken back"),
        "curation.claim.answer": _("Question about a representation answered"),
        "curation.claim.admit": _("Representation admitted by the person responsible"),
        "curation.edit.propose": _("Change of an entry submitted"),
        "curation.edit.replace": _("Change of an entry replaced by a later one"),
        "curation.edit.take_back": _("Change of an entry taken back"),
        "curation.edit.answer": _("Question about a change answered"),
        "curation.invitation.send": _("Invitation to represent sent"),
        "curation.invitation.withdraw": _("Invitation to represent withdrawn"),
        "curation.representation.begin": _("Representation begun"),
        "curation.representation.end": _("Representation ended"),
        "curation.representation.hand_over": _("Responsibility handed over"),
        "curation.submission.expire": _("Submission that nobody confirmed erased"),
    },
    objects={
        "curation.submission": _("Submission"),
        "curation.invitation": _("Invitation to represent"),
    },
    reasons={
        "Speaks for an entry of the map": _("Speaks for an entry of the map"),
        "Speaks for no entry any more": _("Speaks for no entry any more"),
    },
    changes={
        "directory.actor": words_for(
            {"ground": _("Ground")}, {"ground": dict(Representation.Ground.choices)}
        )
    },
)
