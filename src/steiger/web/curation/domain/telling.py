"""Mails about a decision, in the language of the person who submitted.

A mail is asked right before it leaves whether its decision still stands, so an act that was undone
in time is told to nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from steiger.regions import load_curation_rules
from steiger.web.background.domain.mail import queue_mail
from steiger.web.curation.domain import tending
from steiger.web.curation.domain.links import TEND, invitation_for, link_for
from steiger.web.curation.models import Decision, Submission
from steiger.web.directory.domain.queries import is_english

GUARD = "curation.decision"

#: From a submission to the address of its status page, without the host; "" for none.
StatusLink = Callable[[Submission], str]
_links: list[StatusLink] = []


def register_status_link(link: StatusLink) -> None:
    """Say where a person reads how far a submission is; called when the room is ready."""
    _links[:] = [link]


def status_url(submission: Submission) -> str:
    """Full address of the status page; "" while nobody has registered one."""
    path = _links[0](submission) if _links else ""
    return settings.BASE_URL + path if path.startswith("/") else path


def reason_text(key: str) -> str:
    """A reason in the reader's language; "" for one that the region does not know."""
    for reason in load_curation_rules(settings.REGION).reasons:
        if reason.key == key:
            return reason.text_en if is_english() else reason.text_de
    return ""


def tell(submission: Submission, name: str) -> uuid.UUID | None:
    """Queue one mail within the caller's transaction; returns its id.

    Args:
        name: stem of the templates ``curation/mail/<name>_subject.txt`` and ``<name>.txt``.
    """
    if not submission.email or submission.kind == Submission.Kind.IMPORT:
        return None
    with override(submission.language):
        actor = submission.actor
        context = {
            "submission": submission,
            "title": submission.title,
            "kind": submission.kind,
            "reason": reason_text(submission.reason),
            "words": submission.reason_words,
            "url": settings.BASE_URL + actor.get_absolute_url() if actor else "",
            "status_url": status_url(submission),
            "base_url": settings.BASE_URL,
            **_tending(submission),
        }
        subject = render_to_string(f"curation/mail/{name}_subject.txt", context).strip()
        text = render_to_string(f"curation/mail/{name}.txt", context).strip() + "\n"
    mail = queue_mail(
        to=[submission.email],
        subject=" ".join(subject.split()),
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
        guard=GUARD if name != "undone" else "",
    )
    return mail.id


def _tending(submission: Submission) -> dict[str, Any]:
    """How the person looks after an entry that she proposed: by a click, or by a claim."""
    entry = tending.entry_to_tend(submission)
    if entry is None:
        return {}
    if tending.may_begin(submission):
        url = link_for(submission.pk, TEND, submission.language)
        return {"tend_url": url, "link_days": invitation_for().days}
    return {"claim_url": settings.BASE_URL + reverse("curation:claim", args=[entry.slug])}


def may_leave(mail_id: uuid.UUID) -> bool:
    """Whether the decision of a mail still stands."""
    return Decision.objects.filter(mail_id=mail_id, undone_at=None).exists()


def has_left(mail_id: uuid.UUID) -> None:
    """The mail server has taken it: whoever undoes the decision has to say so."""
    Decision.objects.filter(mail_id=mail_id).update(told_at=timezone.now())
