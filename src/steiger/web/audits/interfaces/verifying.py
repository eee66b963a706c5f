"""What is said of a certificate that somebody hands in: a verdict, what it tells, each check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from steiger.engines.audit.certificate.times import as_time
from steiger.web.audits.interfaces.words import CHECKS, OUTCOMES
from steiger.web.audits.models import Certificate

if TYPE_CHECKING:
    from steiger.engines.audit.certificate import Check, Verification

#: What is said first: of a forged file nothing else counts, and withdrawn is more than expired.
WEIGHT = ("form", "signature", "key", "status", "dates", "inclusion", "evidence", "catalogue")
ICONS = {"passed": "success", "failed": "danger", "not_checked": "info"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in one sentence, and what follows from it.

    Attributes:
        kind: of the alert that shows it.
    """

    kind: Literal["success", "warning", "danger"]
    title: str
    text: str = ""


def verification_context(
    answer: Verification, ours: Certificate | None, now: datetime
) -> dict[str, Any]:
    """What the page on a handed-in certificate shows.

    Args:
        ours: its entry in the register, if it has one.
        now: the moment for which the answer holds.
    """
    return {
        "verdict": _verdict(answer, ours, now),
        "facts": _facts(answer),
        "lines": [
            {
                "name": CHECKS[one.name],
                "outcome": OUTCOMES[one.outcome],
                "icon": ICONS[one.outcome],
                "detail": _detail(one),
            }
            for one in answer.checks
        ],
        "ours": ours,
    }


def _verdict(answer: Verification, ours: Certificate | None, now: datetime) -> Verdict:
    if answer.valid and ours is None:
        text = _("It was signed with a key of this place, but stands in no register. Ask us.")
        return Verdict("warning", _("Signed by this place, but unknown to its register"), text)
    if answer.valid:
        return Verdict("success", _("Genuine and valid, as of %(now)s") % {"now": _moment(now)})
    failed = {one.name: one for one in answer.checks if one.outcome == "failed"}
    wrong = next((failed[name] for name in WEIGHT if name in failed), None)
    if wrong is None:
        return Verdict("danger", _("This certificate cannot be relied on"))
    if wrong.name in {"form", "signature"}:
        return _forged(wrong)
    return _not_now(wrong, ours)


def _forged(wrong: Check) -> Verdict:
    if wrong.name == "form":
        text = _(
            "The file is none, or it was changed by a program that saved it. Upload it exactly "
            "as it was issued."
        )
        return Verdict("danger", _("This is no certificate of examination"), text)
    if wrong.code == "unknown_key":
        text = _("It names another issuer, or a key that this place never had.")
        return Verdict("danger", _("Not issued by this place"), text)
    text = _("Something in it was changed after it was signed, or somebody else signed it.")
    return Verdict("danger", _("Not genuine"), text)


def _not_now(wrong: Check, ours: Certificate | None) -> Verdict:
    """Signed by this place, but not to be relied on today."""
    state = ""
    if ours is not None and ours.state_reason:
        day = {"day": date_format(ours.state_since, "DATE_FORMAT"), "reason": ours.state_reason}
        state = _("Since %(day)s: %(reason)s") % day
    if wrong.code == "revoked":
        return Verdict("danger", _("Genuine, but withdrawn"), state)
    if wrong.code == "suspended":
        return Verdict("warning", _("Genuine, but suspended"), state)
    if wrong.code == "expired":
        return Verdict("warning", _("Genuine, but expired"), _detail(wrong))
    if wrong.code == "too_early":
        return Verdict("warning", _("Genuine, but not valid yet"), _detail(wrong))
    return Verdict("danger", _("This certificate cannot be relied on"), _detail(wrong))


def _facts(answer: Verification) -> list[tuple[str, str]]:
    """What the certificate tells; nothing of one that this place did not sign."""
    signed = any(one.name == "signature" and one.outcome == "passed" for one in answer.checks)
    document = answer.certificate
    if document is None or not signed:
        return []
    subject = document["credentialSubject"]
    system = subject["system"]
    return [
        (_("System"), " ".join(filter(None, (system["name"], system.get("version"))))),
        (_("Applicant"), subject["applicant"]),
        (_("Examined by"), subject["examiner"]),
        (_("Issued"), _day(document["validFrom"])),
        (_("Valid until"), _day(document["validUntil"])),
    ]


def _detail(check: Check) -> str:
    """The dates and names of one check in words; empty where there is nothing more to say."""
    say = DETAILS.get(check.code)
    return say(*check.values) if say else ""


def _of_key(key: str, created: str = "", *_more: str) -> str:
    name = key.rpartition("#")[2]
    if not created:
        return name
    return _("%(key)s, signed on %(moment)s") % {"key": name, "moment": _moment(as_time(created))}


def _revoked(key: str, since: str, *_more: str) -> str:
    return _("%(key)s is revoked since %(moment)s") % {
        "key": key.rpartition("#")[2],
        "moment": _moment(as_time(since)),
    }


def _between(first: str, last: str) -> str:
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _as_of(moment: str) -> str:
    return _("as of %(moment)s") % {"moment": _moment(as_time(moment))}


def _withdrawn(moment: str) -> str:
    return f"{_('withdrawn')}, {_as_of(moment)}"


def _suspended(moment: str) -> str:
    return f"{_('suspended')}, {_as_of(moment)}"


def _in_log(moment: str, _key: str, size: str) -> str:
    return _("one of %(size)s, %(as_of)s") % {"size": size, "as_of": _as_of(moment)}


def _needs_files(*_values: str) -> str:
    return _("needs the files: “steiger audit verify --evidence FOLDER”")


#: What stands beside a check, by its code.
DETAILS: dict[str, Callable[..., str]] = {
    "signature": _of_key,
    "key": _of_key,
    "not_then": _of_key,
    "revoked_later": _revoked,
    "revoked_key": _revoked,
    "dates": _between,
    "expired": _between,
    "too_early": _between,
    "status": _as_of,
    "revoked": _withdrawn,
    "suspended": _suspended,
    "inclusion": _in_log,
    "no_folder": _needs_files,
}


def _moment(moment: datetime) -> str:
    return date_format(_here(moment), "DATETIME_FORMAT")


def _day(text: str) -> str:
    return date_format(_here(as_time(text)), "DATE_FORMAT")


def _here(moment: datetime) -> datetime:
    try:
        return timezone.localtime(moment)
    except OverflowError:  # a forger's file may end with the calendar
        return moment
