"""`steiger audit verify`: a certificate and everything that belongs to it."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from steiger.cli.audit.files import content_of
from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.certificate import CertificateError, Check, read_issuer
from steiger.engines.audit.certificate import verify as check_all

_File = click.Path(path_type=Path)
MARKS = {"passed": "ok", "failed": "FAILED", "not_checked": "not checked"}
RESULTS = {
    True: "every dimension reaches the level that its protection need demands",
    False: "not every dimension reaches the level that its protection need demands",
}
TEXTS = {
    "unknown_key": "the key does not belong to this issuer",
    "not_then": "the key was not valid when it signed",
    "revoked_later": "the key was revoked later; the log shows that the certificate is older",
    "revoked_key": "the key is revoked",
    "too_early": "begins later",
    "expired": "expired",
    "no_status": "the certificate names no status list",
    "no_list": "no --status-list given",
    "other_list": "not all of its status lists were given",
    "broken_list": "the status list cannot be used",
    "revoked": "revoked, according to the list of",
    "suspended": "suspended, according to the list of",
    "status": "neither revoked nor suspended, according to the list of",
    "no_folder": "no --evidence given",
    "changed": "changed or missing:",
    "unlisted": "unchanged; not part of the certificate or without a copy:",
    "absent": "unchanged; without a copy:",
    "no_catalogue": "the certificate names no catalogue",
    "no_inclusion": "no --inclusion given",
    "broken_inclusion": "cannot be read",
    "not_included": "the certificate is not in this log",
    "inclusion": "in the log, as of",
}


@click.command()
@click.argument("certificate", type=_File)
@click.option("--issuer", type=_File, help="The issuer's document; by default issuer.json beside.")
@click.option("--evidence", type=_File, help="Folder with the files that it is bound to.")
@click.option("--status-list", "lists", type=_File, multiple=True, help="A status list file.")
@click.option("--inclusion", type=_File, help="The file that shows its place in the log.")
@click.option("--at", help="Verify for this moment (2026-12-31T12:00:00Z); by default now.")
@json_option
def verify(
    *,
    certificate: Path,
    issuer: Path | None,
    evidence: Path | None,
    lists: tuple[Path, ...],
    inclusion: Path | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Check CERTIFICATE: signature, key, dates, status, evidence, catalogue, log.

    Nothing is fetched. Take the issuer's document from a source that you trust, and compare its
    digest with the published one. Valid says that it is genuine, not that the system passed: that
    stands under result. Ends with code 0 if valid, 1 if not, and 2 if a file is missing.
    """
    content = content_of(certificate, "the certificate")
    document = content_of(issuer or certificate.with_name("issuer.json"), "the issuer's document")
    if evidence and not evidence.is_dir():
        raise CertificateError(f"{evidence} is no folder.")
    answer = check_all(
        content,
        issuer=read_issuer(document, "the issuer's document"),
        now=_moment(at),
        evidence=evidence,
        status_lists=[content_of(path, "the status list") for path in lists],
        inclusion=content_of(inclusion, "the proof of the log") if inclusion else None,
    )
    digest = hashlib.sha256(document).hexdigest()
    if as_json:
        more = {"certificate": answer.told, "issuer_sha256": digest}
        show(as_text({**answer.as_plain(), **more}))
    else:
        head = f"{certificate}: {'valid' if answer.valid else 'NOT VALID'}"
        rows = [_line(check) for check in answer.checks]
        show(
            "\n".join([head, *_told(answer.told), *rows, f"  issuer's document: SHA-256 {digest}"])
        )
    sys.exit(0 if answer.valid else 1)


def _told(told: dict[str, Any] | None) -> list[str]:
    """Lines on what was examined, for whom and with what result; a valid certificate can say no."""
    if told is None:
        return []
    system = told["system"] if isinstance(told["system"], dict) else {}
    result = {True: "PASSED", False: "NOT PASSED"}.get(told["passed"], "not told")
    values = {
        "system": f"{system.get('name', '')} {system.get('version', '')}".strip(),
        "applicant": told["applicant"],
        "examiner": told["examiner"] or "nobody (self-check)",
        "result": f"{result}: {RESULTS.get(told['passed'], '')}".rstrip(": "),
    }
    return [f"  {name:<10} {_shown(value)}" for name, value in values.items()]


def _shown(value: object) -> str:
    # An issuer may sign what an applicant wrote; nothing of it steers a terminal.
    return "".join(sign if sign.isprintable() else "�" for sign in str(value))


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CertificateError(f"{text!r} is no moment (2026-12-31T12:00:00Z).") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _line(check: Check) -> str:
    words = [TEXTS.get(check.code, ""), ", ".join(check.values)]
    return f"  {check.name:<10} {MARKS[check.outcome]:<12} {' '.join(filter(None, words))}".rstrip()
