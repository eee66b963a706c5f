"""Pages: the whole way through forms, who sees what, the register, and certificates that verify."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from factories.audits import (
    DECLARATION,
    MODERATE,
    VALUES,
    all_rated,
    certified,
    person,
    rated,
    results,
)
from steiger.engines.audit.certificate import read_issuer, verify
from steiger.web.accounts.models import User
from steiger.web.audits.domain import applying, issuing, watching
from steiger.web.audits.models import Audit, Certificate, Complaint

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def browser() -> Callable[[User | None], Client]:
    def made(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend=BACKEND)
        return client

    return made


def ratings(audit: Audit) -> dict[str, str]:
    found: dict[str, str] = {}
    for indicator, said in all_rated(audit).items():
        found |= {f"level-{indicator}": said.level, f"reason-{indicator}": said.reason}
    return found


def test_whole_way_through_forms(people: Any, browser: Any) -> None:
    applicant, first, second = (browser(u) for u in (people.applicant, people.first, people.second))
    assert applicant.post(reverse("audits:new"), {}).status_code == 400
    applicant.post(reverse("audits:new"), VALUES)
    audit = Audit.objects.get()

    def url(view: str, *parts: Any) -> str:
        return reverse(f"audits:{view}", args=[audit.pk, *parts])

    page = applicant.post(url("needs"), {"G-Q1": "things"}).content.decode()
    assert "Antworten, bis der Schutzbedarf feststeht" in page
    assert applicant.post(url("needs"), MODERATE)["Location"] == url("audit")
    audit.refresh_from_db()
    assert applicant.post(url("rating", "TR"), {"level-TR1.1": "A"}).status_code == 400
    applicant.post(url("rating", "TR"), ratings(audit))
    upload = SimpleUploadedFile("beleg.txt", b"Gemessen.")
    applicant.post(url("add_file"), {"file": upload, "note": "TR1.1"})
    shown = {f"files-{indicator}": ["1"] for indicator in all_rated(audit)}
    applicant.post(url("rating", "TR"), ratings(audit) | shown)
    page = applicant.post(
        url("add_file"), {"file": SimpleUploadedFile("b.svg", b"<svg/>")}, follow=True
    ).content.decode()
    assert "SVG, HTML und XML können Skripte enthalten" in page
    applicant.post(url("hand_in"))
    assert first.get(url("audit")).status_code == 404  # no part in it yet
    assert VALUES["title"] in first.get(reverse("audits:desk")).content.decode()
    assert first.post(url("take"), {"words": "Kurz."}).status_code == 400
    first.post(url("take"), {"words": DECLARATION})
    measured = SimpleUploadedFile("results.json", results(audit))
    first.post(url("add_results"), {"file": measured})
    first.post(url("examine", "TR"), ratings(audit))
    first.post(url("done"))
    page = applicant.get(url("audit")).content.decode()
    assert DECLARATION in page
    applicant.post(url("statement"), {"words": "Einverstanden."})
    second.post(url("take"), {"words": DECLARATION})
    assert "Einverstanden." in second.get(url("decision")).content.decode()
    second.post(url("decision"), {"granted": "yes", "reason": "Alles erfüllt."})
    certificate = Certificate.objects.get()
    page = applicant.get(url("audit")).content.decode()
    assert certificate.get_absolute_url() in page
    assert "Das Protokoll ist unversehrt" in applicant.get(url("chain")).content.decode()


def test_others_see_nothing(people: Any, browser: Any) -> None:
    audit = rated(people.applicant)
    views = [("audit",), ("rating", "TR"), ("chain",), ("file", 1), ("needs",), ("edit",)]
    for user in (person("fremd@anders.example"), people.first, people.colleague):
        stranger = browser(user)
        for view, *parts in views:
            address = reverse(f"audits:{view}", args=[audit.pk, *parts])
            assert stranger.get(address).status_code == 404
        for view in ("hand_in", "take_back", "add_file", "statement"):
            found = stranger.post(reverse(f"audits:{view}", args=[audit.pk])).status_code
            assert found == 404
    audit.refresh_from_db()
    assert audit.state == Audit.State.RATING


def test_self_check_says_that_it_is_no_certificate(people: Any, browser: Any) -> None:
    audit = rated(people.applicant, kind="self")
    client = browser(people.applicant)
    client.post(reverse("audits:hand_in", args=[audit.pk]))
    page = client.get(audit.get_absolute_url()).content.decode()
    assert "Selbsttest, keine Bescheinigung" in page
    page = client.get(f"/en{audit.get_absolute_url()}").content.decode()
    assert "A self-check, no certificate" in page


def test_register_is_searched(people: Any, browser: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    client, address = browser(None), reverse("audits:register")
    for query, hits in (
        ("", 1),
        ("?q=risserkennung", 1),
        ("?q=beispiel+pruefhaus", 0),
        ("?q=Prüfhaus+Gießerei", 1),
        ("?state=withdrawn", 0),
        ("?state=valid&q=%25", 0),
    ):
        page = client.get(address + query).content.decode()
        assert page.count(certificate.get_absolute_url()) == hits, query
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "keine Zertifizierung durch eine akkreditierte Stelle" in page
    assert "Gültig, Stand" in page


def test_certificate_verifies_offline_until_it_is_withdrawn(people: Any, browser: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    client = browser(None)

    def get(view: str, *parts: Any) -> bytes:
        return bytes(client.get(reverse(f"audits:{view}", args=parts)).content)

    def outcome(name: str) -> str:
        answer = verify(
            get("certificate_file", certificate.pk),
            issuer=read_issuer(get("issuer"), "issuer"),
            now=certificate.issued_at,
            status_lists=lists,
            inclusion=get("inclusion", certificate.pk),
        )
        assert answer.certificate is not None
        return {one.name: one.outcome for one in answer.checks}[name]

    lists: list[bytes] = []
    for name in ("form", "signature", "key", "dates", "inclusion"):
        assert outcome(name) == "passed", name
    upload = {"file": SimpleUploadedFile("c.json", bytes(certificate.content))}
    page = client.post(reverse("audits:verify"), upload).content.decode()
    assert "Echt und gültig" in page
    assert certificate.get_absolute_url() in page
    watching.set_state(certificate=certificate, by=people.first, state="withdrawn", reason="Nein.")
    upload = {"file": SimpleUploadedFile("c.json", bytes(certificate.content))}
    page = client.post(reverse("audits:verify"), upload).content.decode()
    assert "Echt, aber zurückgezogen" in page
    assert ": Nein." in page
    lists += [get("status", "revocation"), get("status", "suspension")]
    assert outcome("status") == "failed"
    document = json.loads(lists[0])
    assert document["credentialSubject"]["statusPurpose"] == "revocation"


@pytest.mark.parametrize("change", [b"", b"{}", b"\x00\x01", b'{"a": 1.5}', b"[" * 50_000])
def test_rubbish_is_no_certificate(db: None, browser: Any, change: bytes) -> None:
    upload = {"file": SimpleUploadedFile("c.json", change)}
    answer = browser(None).post(reverse("audits:verify"), upload)
    assert answer.status_code == (200 if change else 400)
    assert "Echt und gültig" not in answer.content.decode()


def test_changed_byte_is_noticed(people: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    content = bytes(certificate.content).replace(b"Risserkennung", b"Risserkennunk")
    answer, ours = issuing.verified(content)
    assert (answer.valid, ours) == (False, None)


def test_certificate_is_bound_to_what_was_examined(people: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    subject = json.loads(bytes(certificate.content))["credentialSubject"]
    files = {one["name"]: (one["role"], one["sha256"]) for one in subject["files"]}
    assert files["examined/modell.onnx"] == ("input", "a" * 64)
    assert files["examined/test.csv"] == ("input", "b" * 64)
    kept = {f.sha256 for f in certificate.audit.evidence.all()}
    assert kept < {digest for _, digest in files.values()}
    assert files["catalogue"][1] == certificate.audit.catalogue_digest
    assert "examined/x" not in files


def test_complaint_is_answered(people: Any, browser: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    reader, staff = browser(person("leser@anders.example")), browser(people.first)
    reader.post(reverse("audits:complain", args=[certificate.pk]), {"words": "Stimmt nicht."})
    complaint = Complaint.objects.get()
    assert certificate.system in staff.get(reverse("audits:desk")).content.decode()
    watch = reverse("audits:watch", args=[certificate.pk])
    assert "Stimmt nicht." in staff.get(watch).content.decode()
    assert staff.post(watch, {"act": "valid", "words": "ohne Grund"}).status_code == 400
    address = reverse("audits:answer", args=[certificate.pk, complaint.pk])
    staff.post(address, {"words": "Geprüft, es stimmt."})
    staff.post(watch, {"act": "suspended", "words": "Bis zur Klärung."})
    page = reader.get(certificate.get_absolute_url()).content.decode()
    assert "Bis zur Klärung." in page
    assert "Stimmt nicht." not in page


def test_key_is_readable_by_its_owner_alone(people: Any, settings: Any) -> None:
    certified(people.applicant, people.first, people.second)
    secret = settings.DATA_DIR / "audit-keys/key.json"
    assert secret.stat().st_mode & 0o077 == 0
    assert len(list(secret.parent.iterdir())) == 2


def test_other_catalogue_stops_the_examination(people: Any, browser: Any) -> None:
    audit = applying.describe(by=people.applicant, values=VALUES)
    applying.answer(audit=audit, by=people.applicant, answers=MODERATE)
    Audit.objects.update(catalogue_digest="0" * 64)
    client = browser(people.applicant)
    assert "neue Ausgabe" in client.get(audit.get_absolute_url()).content.decode()
    page = client.post(reverse("audits:hand_in", args=[audit.pk]), follow=True).content.decode()
    assert "beginnen Sie eine neue" in page


def test_verifying_without_a_file_says_what_to_do() -> None:
    page = Client().post(reverse("audits:verify"), {"csrfmiddlewaretoken": "x"}).content.decode()
    assert "Wählen Sie zuerst eine Datei." in page
