"""Uploads are hostile until proven otherwise: tried, refused, logged."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from factories.audits import VALUES, rated
from factories.publications import make_pdf
from steiger.web.accounts.models import LogEntry
from steiger.web.audits.domain import applying, evidence
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.uploads import LARGEST, accept
from steiger.web.audits.models import ChainEntry, EvidenceFile

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()


def link() -> bytes:
    target, entry = io.BytesIO(), zipfile.ZipInfo("link.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(entry, "/etc/passwd")
    return target.getvalue()


def forged() -> bytes:
    """An archive that says that its file is small."""
    data = bytearray(archive(**{"a.txt": b"a" * 100_000}))
    size = (100_000).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "svg": ("bild.svg", SCRIPT, "file_markup"),
    "svg as text": ("bild.txt", SCRIPT, "file_markup"),
    "svg as png": ("bild.png", SCRIPT, "file_disguised"),
    "html": ("seite.html", b"<html></html>", "file_markup"),
    "html in json": ("x.json", b'{"a": "<script>x</script>"}', "file_markup"),
    "program": ("werkzeug.exe", b"MZ", "file_type"),
    "pickle": ("modell.pkl", b"\x80\x04.", "file_type"),
    "no ending": ("datei", b"x", "file_type"),
    "path": ("../../passwd.txt", b"x", "file_name"),
    "backslash": ("..\\x.txt", b"x", "file_name"),
    "control sign": ("a\n.txt", b"x", "file_name"),
    "turned name": ("beleg\u202efdp.txt", b"x", "file_name"),
    "hidden": (".htaccess.txt", b"x", "file_name"),
    "empty": ("leer.txt", b"", "file_empty"),
    "large": ("gross.txt", b"x" * (LARGEST + 1), "file_large"),
    "binary as text": ("a.txt", b"a\0b", "file_disguised"),
    "no utf-8": ("a.csv", b"\xff\xfe\x00", "file_disguised"),
    "no json": ("a.json", b"{", "file_disguised"),
    "deep json": ("a.json", b"[" * 200_000, "file_disguised"),
    "formula": ("a.csv", b"name;wert\n=cmd|'/C calc'!A0;1\n", "file_formula"),
    "plus formula": ("a.csv", b"a,b\n1,+1+cmd\n", "file_formula"),
    "no pdf": ("a.pdf", b"%PDF-1.7 kaputt", "file_pdf"),
    "bomb": ("a.zip", archive(**{"a.txt": b"0" * 50_000_000}), "file_bomb"),
    "nested": ("a.zip", archive(**{"b.zip": archive(**{"a.txt": b"x"})}), "file_bomb"),
    "many": ("a.zip", archive(**{f"{n}.txt": b"x" for n in range(501)}), "file_bomb"),
    "climbing": ("a.zip", archive(**{"../../a.txt": b"x"}), "file_path"),
    "absolute": ("a.zip", archive(**{"/etc/a.txt": b"x"}), "file_path"),
    "drive": ("a.zip", archive(**{"C:a.txt": b"x"}), "file_path"),
    "link": ("a.zip", link(), "file_path"),
    "script inside": ("a.zip", archive(**{"a.svg": SCRIPT}), "file_markup"),
    "program inside": ("a.zip", archive(**{"a.exe": b"MZ"}), "file_type"),
    "no archive": ("a.zip", b"PK\x03\x04kaputt", "file_disguised"),
}


@pytest.mark.parametrize(("name", "data", "key"), HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_file_is_refused(name: str, data: bytes, key: str) -> None:
    with pytest.raises(RefusedError) as error:
        accept(name, data)
    assert error.value.key == key


def test_forged_size_is_refused() -> None:
    with pytest.raises(RefusedError) as error:
        accept("a.zip", forged())
    assert error.value.key in {"file_bomb", "file_disguised"}


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Bericht.pdf", make_pdf(), "document"),
        ("bild.png", PNG, "picture"),
        ("foto.JPG", b"\xff\xd8\xff\xe0" + bytes(20), "picture"),
        ("werte.csv", "Größe;Wert\nA;-1,5\nB;+2e-3\nC;-\n".encode(), "data"),
        ("notiz.md", b"# Titel\n- Punkt: a < b\n", "document"),
        ("werte.json", b'{"a": [1, 2]}', "data"),
        ("alles.zip", archive(**{"unter/a.txt": b"x", "b.csv": b"1;2\n"}), "document"),
    ],
)
def test_honest_file_comes_in(name: str, data: bytes, kind: str) -> None:
    found = accept(name, data)
    assert (found.name, found.kind, found.data) == (name, kind, data)


@pytest.mark.django_db
def test_refusal_is_logged_and_nothing_kept(people: Any) -> None:
    audit = applying.describe(by=people.applicant, values=VALUES)
    with pytest.raises(RefusedError):
        evidence.add_evidence(audit=audit, by=people.applicant, name="b.svg", data=SCRIPT)
    assert not EvidenceFile.objects.exists()
    entry = ChainEntry.objects.get(act="evidence.refuse")
    assert (entry.facts["why"], entry.facts["size"]) == ("file_markup", len(SCRIPT))
    assert LogEntry.objects.filter(act="audits.evidence.refuse").count() == 1


@pytest.mark.django_db
def test_evidence_goes_out_as_a_download_only(people: Any) -> None:
    audit, browser = rated(people.applicant), Client()
    browser.force_login(people.applicant, backend=BACKEND)
    answer = browser.get(reverse("audits:file", args=[audit.pk, 1]))
    assert b"".join(answer) == b"Gemessen am Montag."
    assert answer["Content-Disposition"] == 'attachment; filename="beleg.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_same_bytes_twice_survive_the_removal_of_one(
    people: Any, django_capture_on_commit_callbacks: Any
) -> None:
    audit, by = rated(people.applicant), people.applicant
    again = evidence.add_evidence(audit=audit, by=by, name="zwei.txt", data=b"Gemessen am Montag.")
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove_evidence(audit=audit, by=by, number=1)
    from django.core.files.storage import default_storage

    assert default_storage.exists(again.path)
    with pytest.raises(RefusedError):
        evidence.remove_evidence(audit=audit, by=by, number=1)
    assert json.dumps(again.sha256)
