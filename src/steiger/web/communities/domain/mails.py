"""Mails to members, in the language in which they joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from steiger.web.background.domain.mail import queue_mail
from steiger.web.communities.domain.texts import localized
from steiger.web.communities.domain.tokens import CONFIRM, ENTER, LEAVE, QUIET, link_for
from steiger.web.communities.models import Member


def queue(
    member: Member, name: str, context: Mapping[str, Any] | None = None, *, leave: str = LEAVE
) -> None:
    """Queue one mail within the caller's transaction.

    Args:
        member: to whom; with the community loaded.
        name: stem of the templates ``communities/mail/<name>_subject.txt`` and ``<name>.txt``.
        context: what the templates need beside the community and the links.
        leave: what the button of mail programs does: leave, or no more weekly mails.
    """
    with override(member.language):
        community = member.community
        given = {
            "community": localized(community, "name"),
            "url": settings.BASE_URL + community.get_absolute_url(),
            "confirm_url": link_for(member.id, CONFIRM, member.language),
            "enter_url": link_for(member.id, ENTER, member.language),
            "leave_url": link_for(member.id, LEAVE, member.language),
            "quiet_url": link_for(member.id, QUIET, member.language),
            "base_url": settings.BASE_URL,
            **(context or {}),
        }
        subject = render_to_string(f"communities/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"communities/mail/{name}.txt", given).strip() + "\n"
    # RFC 2369 and RFC 8058: mail programs show a button that leaves with one click.
    headers = {
        "List-Unsubscribe": f"<{given['quiet_url'] if leave == QUIET else given['leave_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    queue_mail(to=[member.email], subject=" ".join(subject.split()), text=text, headers=headers)
