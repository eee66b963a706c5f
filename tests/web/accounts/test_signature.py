"""Every mail says who writes, and how to reach them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

import steiger
from steiger.web.accounts.domain.signature import signature

WEB = Path(steiger.__file__).parent / "web"
#: Mails of self-service get it from the function that queues them.
APART = "curation/self/mail/"
MAILS = sorted(
    str(path).rpartition("/templates/")[2]
    for path in WEB.glob("*/templates/**/mail/*.txt")
    if not path.name.endswith("_subject.txt") and path.name != "facts.txt"
)


@pytest.mark.parametrize(
    ("language", "name"), [("de", "Nordrhein-Westfalen"), ("en", "North Rhine-Westphalia")]
)
def test_signature_names_platform_operator_contact_and_address(
    language: str, name: str, settings: Any
) -> None:
    with override(language):
        assert signature().splitlines() == [
            "--",
            f"Steiger · {name}",
            "Beispiel-Betreiberin der KI-Landkarte, kontakt@ki.example.org",
            f"{settings.BASE_URL}/",
        ]


@pytest.mark.parametrize("name", [name for name in MAILS if APART not in name])
def test_every_mail_is_signed(name: str) -> None:
    source = next(WEB.glob(f"*/templates/{name}")).read_text(encoding="utf-8")
    extended = re.search(r'{% extends "([^"]+)"', source)
    if extended:
        source = next(WEB.glob(f"*/templates/{extended[1]}")).read_text(encoding="utf-8")
    assert "{% signature %}" in source


def test_mails_were_found() -> None:
    assert len(MAILS) > 50


def test_mails_of_signing_in_are_signed() -> None:
    with override("de"):
        text = render_to_string("account/email/base_message.txt", {})
    assert "Steiger · Nordrhein-Westfalen" in text
    assert "kontakt@ki.example.org" in text
