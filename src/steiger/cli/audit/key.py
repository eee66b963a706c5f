"""`steiger audit key`: keys of an examining body, and the document that lists them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from steiger.cli.audit.files import check_target, content_of, write_all, write_secret
from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.certificate import (
    CertificateError,
    Issuer,
    Key,
    PublicKey,
    read_issuer,
)

_File = click.Path(path_type=Path)
_document = click.option(
    "--document", required=True, type=_File, help="The issuer's document (issuer.json)."
)


@click.group()
def key() -> None:
    """Keys of an examining body, and the document that lists them."""


@key.command()
@click.option("--issuer", required=True, help="Who signs: https://… or did:web:….")
@click.option("--name", required=True, help="The examining body, as certificates name it.")
@click.option("--id", "fragment", help="Name of the key; by default from today's date.")
@click.option("--out", required=True, type=_File, help="File for the secret key (mode 0600).")
@_document
@json_option
def new(
    *, issuer: str, name: str, fragment: str | None, out: Path, document: Path, as_json: bool
) -> None:
    """Make a key, and add its public half to the issuer's document.

    Where the document does not exist, it is made. Keep the secret file where only the examining
    body can read it; publish the document.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    check_target(out)
    check_target(document, may_exist=True)
    made = Key(f"{issuer}#{fragment or f'key-{now:%Y-%m-%d}'}", secrets.token_bytes(32))
    known = Issuer(issuer, name, ())
    if document.exists():
        known = read_issuer(content_of(document, "the issuer's document"), str(document))
        if known.id != issuer:
            raise CertificateError(f"{document} belongs to {known.id}, not to {issuer}.")
        if known.key(made.id):
            raise CertificateError(f"{document} has a key {made.id} already: give another --id.")
    changed = replace(known, name=name, keys=(*known.keys, PublicKey(made.id, made.public, now)))
    write_secret(out, made.as_file())
    write_all({document: changed.as_file()})
    _say(as_json, made.id, document, f"{made.id}: secret in {out}, public in {document}.")


def _say(as_json: bool, identifier: str, document: Path, text: str) -> None:
    show(as_text({"key": identifier, "document": str(document)}) if as_json else text)


def _moment(text: str | None) -> datetime:
    now = datetime.now(UTC).replace(microsecond=0)
    if text is None:
        return now
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CertificateError(f"{text!r} is no date (2026-12-31).") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _changed(
    identifier: str,
    document: Path,
    *,
    until: datetime | None = None,
    revoked: datetime | None = None,
) -> None:
    known = read_issuer(content_of(document, "the issuer's document"), str(document))
    if known.key(identifier) is None:
        ids = ", ".join(one.id for one in known.keys)
        raise CertificateError(f"{document} has no key {identifier}; it has {ids}.")
    keys = tuple(
        replace(one, until=until or one.until, revoked=revoked or one.revoked)
        if one.id == identifier
        else one
        for one in known.keys
    )
    write_all({document: replace(known, keys=keys).as_file()})


@key.command()
@click.argument("identifier", metavar="KEY_ID")
@_document
@click.option("--at", help="From when on it may not sign (by default now).")
@json_option
def end(*, identifier: str, document: Path, at: str | None, as_json: bool) -> None:
    """Say that a key signs no more; what it signed before stays valid."""
    _changed(identifier, document, until=_moment(at))
    _say(as_json, identifier, document, f"{identifier} signs no more. Publish {document} anew.")


@key.command()
@click.argument("identifier", metavar="KEY_ID")
@_document
@click.option("--at", help="When it was lost or stolen (by default now).")
@json_option
def revoke(*, identifier: str, document: Path, at: str | None, as_json: bool) -> None:
    """Say that a key was lost or stolen.

    What it signed counts only where the log, signed by another key, shows that it is older.
    """
    _changed(identifier, document, revoked=_moment(at))
    _say(as_json, identifier, document, f"{identifier} is revoked. Publish {document} anew.")
