"""`steiger audit sign`: a certificate for an audit's folder."""

from __future__ import annotations

import platform
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from steiger.cli.audit.files import check_target, content_of, secret_of, write_all
from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.certificate import (
    CertificateError,
    FileDigest,
    Statement,
    StatusPlace,
    canonical,
    digest_of,
    issue,
    manifest_of,
    read_issuer,
    read_key,
)
from steiger.engines.audit.certificate.status import PLACES
from steiger.engines.audit.report import AuditReport, read_report

_File = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_File)
@click.option("--key", "key_file", required=True, type=_File, help="Secret key (audit key new).")
@click.option("--out", required=True, type=_File, help="The certificate to write.")
@click.option("--issuer", type=_File, help="The issuer's document; by default beside the key.")
@click.option("--applicant", required=True, help="Who asked for the examination.")
@click.option("--examiner", default="", help="Who examined; nobody for a self-check.")
@click.option("--system-version", default="", help="Version of the examined system.")
@click.option("--model", type=_File, help="The model file, to bind the certificate to it.")
@click.option("--data", type=_File, multiple=True, help="Test data, to bind it to them.")
@click.option("--days", default=730, show_default=True, help="How long it is valid.")
@click.option("--revocation-list", help="Address of the list that says whether it is revoked.")
@click.option("--suspension-list", help="Address of the list that says whether it is suspended.")
@click.option("--place", type=int, help="Place in the lists; by default a random one.")
@json_option
def sign(  # noqa: PLR0917 - click hands them over by name
    folder: Path,
    key_file: Path,
    out: Path,
    issuer: Path | None,
    applicant: str,
    examiner: str,
    system_version: str,
    model: Path | None,
    data: tuple[Path, ...],
    days: int,
    revocation_list: str | None,
    suspension_list: str | None,
    place: int | None,
    as_json: bool,
) -> None:
    """Sign a certificate for DIR, with verdict.json, results.json and their evidence.

    The certificate is bound to the SHA-256 of every file in DIR. Ends with code 2, and writes
    nothing, if an input makes no sense.
    """
    check_target(out)
    now = datetime.now(UTC).replace(microsecond=0)
    key = read_key(secret_of(key_file), str(key_file))
    document = issuer or key_file.with_name("issuer.json")
    body = read_issuer(content_of(document, "the issuer's document"), str(document))
    known = body.key(key.id)
    if known is None or known.raw != key.public or known.revoked or (known.until or now) < now:
        raise CertificateError(f"{document}: the key {key.id} is not there, or signs no more.")
    report = read_report(folder, version=system_version)
    inputs = [_bound(path, role) for path, role in ((model, "model"), *((d, "data") for d in data))
              if path]  # fmt: skip
    lists = (("revocation", revocation_list), ("suspension", suspension_list))
    seat = secrets.randbelow(PLACES) if place is None else place
    certificate = issue(
        _statement(report, folder, inputs, applicant=applicant, examiner=examiner),
        key,
        issuer_name=body.name,
        valid_from=now,
        valid_until=_end(now, days),
        now=now,
        status=[StatusPlace(p, address, seat) for p, address in lists if address],  # type: ignore[arg-type]
    )
    content = canonical(certificate)
    write_all({out: content})
    files = len(certificate["credentialSubject"]["files"])
    text = f"{out}: signed with {key.id}, valid until {certificate['validUntil']}, {files} files."
    show(as_text(certificate) if as_json else text)


def _end(now: datetime, days: int) -> datetime:
    try:
        return now + timedelta(days=days)
    except OverflowError:
        raise CertificateError(f"--days {days}: that is beyond the year 9999.") from None


def _bound(path: Path, role: str) -> FileDigest:
    if not path.is_file():
        raise CertificateError(f"{path}: there is no such file.")
    return FileDigest(path.name, role, digest_of(path), path.stat().st_size)


def _statement(
    report: AuditReport,
    folder: Path,
    inputs: list[FileDigest],
    *,
    applicant: str,
    examiner: str,
) -> Statement:
    bound = {entry.sha256 for entry in inputs}
    # What was examined is named in the results already; a copy that was handed in has its role.
    inputs += [
        FileDigest(Path(name).name if name.startswith(("/", "..")) else name, "input", digest)
        for name, digest in report.inputs.items()
        if digest not in bound
    ]
    system = {"name": report.system, "version": report.version}
    return Statement(
        id=uuid.uuid4().urn,
        system={name: value for name, value in system.items() if value},
        applicant=applicant,
        examiner=examiner,
        passed=bool(report.passed),
        outcome=[
            {"dimension": one.id, "need": one.need, "level": one.level, "demanded": one.demanded}
            for one in report.dimensions
        ],
        verdicts={word: report.count(word) for word in ("met", "violated", "undecidable")},
        catalogue={name: str(value) for name, value in report.catalogue.items()},
        tools={**report.tools, "python": platform.python_version()},
        files=manifest_of(folder, inputs),
    )
