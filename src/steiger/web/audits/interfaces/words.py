"""Words for what was refused, for needs, levels, checks, and for the catalogue's texts."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from steiger.engines.audit.catalogue import Text
from steiger.web.audits.domain.errors import RefusedError

REFUSED: dict[str, str | Promise] = {
    "order": _("This step is not due. State of the examination: %(detail)s."),
    "applicant": _("Only whoever applied for this examination may do this."),
    "examiner": _("Only the examiner who took this part may do this."),
    "role": _("Only examiners may do this."),
    "own": _("Nobody examines what is their own: you applied for this examination."),
    "profile": _("Say first for which organisation you work."),
    "same_organisation": _(
        "You and the applicant belong to the same organisation (%(detail)s), "
        "by its name or by the domain of your addresses. Somebody else has to examine."
    ),
    "other_examiner": _(
        "You have or had another part in this examination; this takes another person."
    ),
    "declaration": _("Declare in a sentence why you are independent (at least 20 characters)."),
    "second_decides": _("The second examiner decides on this examination."),
    "taken": _("Somebody else has taken this part."),
    "alpha": _("The error rate lies above 0 and is at most 0.5, not %(detail)s."),
    "catalogue": _(
        "The catalogue has a new edition (%(detail)s). This examination follows the old one; "
        "begin a new examination."
    ),
    "answers": _("An answer does not fit the catalogue: %(detail)s"),
    "ratings": _("These indicators are not rated yet: %(detail)s."),
    "evidence_missing": _(
        "For these indicators no file is evidence yet: %(detail)s. "
        "Choose the files where you rate them, or rate D."
    ),
    "run_busy": _("Tests of this examination are running already."),
    "run_over": _("These tests are over already."),
    "run_folder": _("The folder cannot be used: %(detail)s"),
    "run_checks": _("For this protection need no check is compulsory."),
    "run_address": _(
        "This address is not asked: %(detail)s. It begins with https://, uses the usual port, "
        "and lies in the open internet."
    ),
    "run_nothing": _("No check could measure anything: %(detail)s"),
    "run_key": _("The name of a key begins with STEIGER_AUDIT_KEY, not: %(detail)s."),
    "rating": _("There is no such rating: %(detail)s."),
    "reason": _("Give a reason for your rating of %(detail)s."),
    "results": _("These results cannot be used: %(detail)s"),
    "results_kind": _(
        "These results are of another kind of system (%(detail)s) than described here."
    ),
    "falls_short": _(
        "A certificate cannot be granted: a dimension falls short of what its need demands."
    ),
    "decision_reason": _("Give a reason for the decision."),
    "signing": _("The certificate cannot be signed: %(detail)s"),
    "certificate_state": _("This does not fit the certificate's status: %(detail)s."),
    "complaint": _("This complaint is answered already, or it is your own."),
    "administrator": _("Only administrators may do this."),
    "key_busy": _("Somebody else is changing the key right now. Look at the keys again."),
    "words": _("Say in a sentence why."),
    "file_gone": _("There is no file number %(detail)s."),
    "file_many": _("An examination keeps at most %(detail)s files."),
    "file_large": _("The file is too large; at most %(detail)s."),
    "file_empty": _("The file is empty."),
    "file_name": _("The file has a name that could do harm: %(detail)s. Rename it."),
    "file_type": _(
        "Files of this kind are not taken: %(detail)s. "
        "Use PDF, PNG, JPEG, CSV, TXT, MD, JSON or ZIP."
    ),
    "file_markup": _(
        "SVG, HTML and XML can carry scripts and are not taken (%(detail)s). Use PDF or PNG."
    ),
    "file_pdf": _(
        "This PDF is not taken: it cannot be read, is locked, or is active (%(detail)s)."
    ),
    "file_disguised": _("The content is not what the name says (%(detail)s), or it is damaged."),
    "file_formula": _(
        "Row %(detail)s holds a cell that a spreadsheet would carry out as a formula. "
        "Save values only."
    ),
    "file_bomb": _("The archive is too large when unpacked, or holds archives itself."),
    "file_path": _("The archive holds a path that leads outside: %(detail)s."),
}

NEEDS = {
    "none": pgettext_lazy("protection need", "none"),
    "moderate": pgettext_lazy("protection need", "moderate"),
    "high": pgettext_lazy("protection need", "high"),
}
VERDICTS = {
    "met": pgettext_lazy("verdict", "met"),
    "violated": pgettext_lazy("verdict", "not met"),
    "undecidable": pgettext_lazy("verdict", "undecidable"),
}
CHECKS = {
    "form": _("Form: the file is a certificate, unchanged in its form"),
    "signature": _("Signature: signed by this place, and nothing changed since"),
    "key": _("Key: it was allowed to sign at that time"),
    "dates": _("Dates: valid today"),
    "status": _("Status: neither suspended nor withdrawn"),
    "evidence": _("Evidence: the files that it is bound to"),
    "catalogue": _("Catalogue: what it was held against"),
    "inclusion": _("Log: it stands in the log of certificates"),
}
OUTCOMES = {
    "passed": pgettext_lazy("check", "in order"),
    "failed": pgettext_lazy("check", "not in order"),
    "not_checked": pgettext_lazy("check", "not checked here"),
}
NOT_EXAMINED = pgettext_lazy("level", "not examined")
NOT_APPLICABLE = pgettext_lazy("level", "does not apply")


def refusal(error: RefusedError) -> str:
    """One clear message."""
    return str(REFUSED[error.key]) % {"detail": error.detail}


def said(text: Text | dict[str, str]) -> str:
    """A text of the catalogue or of a verdict in the reader's language."""
    english = (get_language() or "").startswith("en")
    if isinstance(text, Text):
        return text.en if english else text.de
    return text["en" if english else "de"]


def level_word(level: str | None) -> Any:
    """A level, or that it does not apply."""
    return level or NOT_APPLICABLE


def reached(need: str, level: str | None) -> Any:
    """The level of a dimension; without need nobody looked, which is no level D."""
    return NOT_EXAMINED if need == "none" else level_word(level)


def demanded(need: str, level: str) -> str:
    """What a need demands; none demands nothing."""
    return "–" if need == "none" else level
