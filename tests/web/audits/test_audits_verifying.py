"""What the page says of a certificate that somebody hands in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from factories.audits import certified
from steiger.engines.audit.certificate import FileDigest, Key, Statement, canonical, issue
from steiger.web.audits.domain import watching
from steiger.web.audits.domain.keys import installation_key, make_first_key
from steiger.web.audits.models import Certificate

pytestmark = pytest.mark.django_db
#: Name of the system, which a page must not repeat unless this place signed it.
SYSTEM = "Risserkennung Beispiel"


@pytest.fixture
def certificate(people: Any) -> Certificate:
    return certified(people.applicant, people.first, people.second)


def answer(content: bytes) -> str:
    """The words of the page."""
    upload = {"file": SimpleUploadedFile("c.json", content)}
    page = Client().post(reverse("audits:verify"), upload).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", strip_tags(main))


def signed(key: Key) -> bytes:
    """A certificate that never went through the room."""
    now = timezone.now().replace(microsecond=0)
    statement = Statement(
        id="urn:uuid:9f6e6d7e-0000-4000-8000-000000000001",
        system={"name": SYSTEM},
        applicant="Beispiel GmbH",
        examiner="Beispiel-Institut",
        passed=True,
        outcome=[],
        verdicts={},
        catalogue={},
        tools={},
        files=[FileDigest("modell.onnx", "input", "a" * 64)],
    )
    document = issue(
        statement,
        key,
        issuer_name="Beispiel",
        valid_from=now - timedelta(days=9),
        valid_until=now + timedelta(days=9),
        now=now,
    )
    return canonical(document)


def test_genuine_one_tells_what_it_says(certificate: Certificate) -> None:
    page = answer(bytes(certificate.content))
    assert "Echt und gültig" in page
    assert f"{SYSTEM} 1.2" in page
    assert "key-1, signiert am" in page
    assert "eine von 1, Stand" in page
    assert "Z " not in page  # moments are written as people write them
    assert "braucht die Dateien" in page


@pytest.mark.parametrize(
    ("state", "title"),
    [("suspended", "Echt, aber ausgesetzt"), ("withdrawn", "Echt, aber zurückgezogen")],
)
def test_state_is_told_with_its_reason(
    certificate: Certificate, people: Any, state: str, title: str
) -> None:
    watching.set_state(certificate=certificate, by=people.first, state=state, reason="Umgebaut.")
    page = answer(bytes(certificate.content))
    assert title in page
    assert "Umgebaut." in page
    assert SYSTEM in page


def test_withdrawn_counts_more_than_expired(
    certificate: Certificate, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = certificate.valid_until + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Echt, aber abgelaufen" in answer(bytes(certificate.content))
    watching.set_state(
        certificate=certificate, by=people.first, state="withdrawn", reason="Umgebaut."
    )
    assert "Echt, aber zurückgezogen" in answer(bytes(certificate.content))


def test_one_from_the_future_is_not_valid_yet(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_first_key(timezone.now() - timedelta(days=9))
    certificate = certified(people.applicant, people.first, people.second)
    earlier = certificate.issued_at - timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: earlier)
    assert "Echt, aber noch nicht gültig" in answer(bytes(certificate.content))


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (lambda raw: raw.replace(b"Risserkennung", b"Risserkennunk"), "Nicht echt"),
        (lambda raw: raw.replace(b"#key-1", b"#key-9"), "Nicht von dieser Stelle"),
        (lambda raw: raw.replace(b"{", b"{ ", 1), "Das ist keine Prüfbescheinigung"),
        (lambda _raw: b"{}", "Das ist keine Prüfbescheinigung"),
    ],
)
def test_forgery_is_named_and_nothing_of_it_repeated(
    certificate: Certificate, change: Callable[[bytes], bytes], title: str
) -> None:
    page = answer(change(bytes(certificate.content)))
    assert title in page
    assert "Echt" not in page
    assert "Risserkennun" not in page


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("field", ["validFrom", "validUntil", "created"])
def test_forged_dates_at_the_ends_of_the_calendar(
    certificate: Certificate, field: str, moment: str
) -> None:
    pattern = rf'("{field}"\s*:\s*)"[^"]*"'.encode()
    content, count = re.subn(pattern, rf'\1"{moment}"'.encode(), bytes(certificate.content))
    assert count
    assert "Nicht echt" in answer(content)


def test_somebody_elses_certificate_is_not_ours(certificate: Certificate) -> None:
    key = Key("https://anderswo.example/aussteller.json#key-1", b"k" * 32)
    page = answer(signed(key))
    assert "Nicht von dieser Stelle" in page
    assert SYSTEM not in page


def test_signed_with_our_key_but_in_no_register(certificate: Certificate) -> None:
    key, _ = installation_key()
    page = answer(signed(key))
    assert "Von dieser Stelle signiert, aber nicht im Register" in page
    assert "Echt und gültig" not in page
    assert SYSTEM in page
