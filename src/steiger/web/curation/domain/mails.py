"""Mails of self-service, in the language in which somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from steiger.regions import load_curation_rules
from steiger.web.accounts.domain.signature import signature
from steiger.web.background.domain.mail import queue_mail


def queue(*, to: str, language: str, name: str, context: Mapping[str, Any]) -> None:
    """Queue one mail within the caller's transaction.

    Args:
        name: stem of ``curation/self/mail/<name>_subject.txt`` and ``<name>.txt``.
    """
    rules = load_curation_rules(settings.REGION)
    with override(language):
        given = {
            "base_url": settings.BASE_URL,
            "days": rules.unconfirmed_days,
            "answer_days": rules.answer_days,
            "link_days": rules.link_days,
            **context,
        }
        subject = render_to_string(f"curation/self/mail/{name}_subject.txt", given).strip()
        text = render_to_string(f"curation/self/mail/{name}.txt", given).strip()
        text = f"{text}\n\n{signature()}\n"
    queue_mail(
        to=[to],
        subject=" ".join(subject.split()),
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
    )
