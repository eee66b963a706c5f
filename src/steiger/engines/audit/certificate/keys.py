"""Keys of an issuer: Ed25519, written as Multikey, several in one document with their validity.

Multikey: https://www.w3.org/TR/cid-1.0/#Multikey. Base58 with Bitcoin's alphabet is the multibase
form `z`: https://www.w3.org/TR/cid-1.0/#base58btc.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steiger.engines.audit.certificate.canonical import canonical, read_json
from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.times import as_text, as_time

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Multicodec ed25519-pub and ed25519-priv, as varints.
PUBLIC, SECRET = b"\xed\x01", b"\x80\x26"
KEY_FORMAT = "steiger-audit-key/1"
CONTEXT = "https://www.w3.org/ns/cid/v1"
_ISSUER = re.compile(r"(https://[^\s#?]+|did:[a-z0-9]+:[^\s#?]+)")
_FRAGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")


def base58(data: bytes) -> str:
    """Multibase base58btc, with its `z`."""
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: object) -> bytes:
    """The bytes of a multibase base58btc text.

    Raises:
        CertificateError: it is none.
    """
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 200:
        raise CertificateError("is no base58 value that begins with z")
    number = 0
    for letter in text[1:]:
        place = ALPHABET.find(letter)
        if place < 0:
            raise CertificateError(f"holds {letter!r}, which base58 does not know")
        number = number * 58 + place
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair of an issuer.

    Attributes:
        id: as it stands in `verificationMethod`: the issuer's id, `#`, and a name.
        secret: 32 bytes; never shown.
    """

    id: str
    secret: bytes

    def __post_init__(self) -> None:
        issuer, _, name = self.id.partition("#")
        check_issuer(issuer)
        if not _FRAGMENT.fullmatch(name):
            raise CertificateError(f"{self.id!r} names no key: ISSUER#NAME is expected.")
        if len(self.secret) != 32:
            raise CertificateError("A secret key of Ed25519 has 32 bytes.")

    def __repr__(self) -> str:
        return f"Key({self.id!r})"

    @property
    def issuer(self) -> str:
        """Whose key it is."""
        return self.id.partition("#")[0]

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)

    def as_file(self) -> bytes:
        """For a file that only its owner may read."""
        content = {
            "format": KEY_FORMAT,
            "id": self.id,
            "publicKeyMultibase": base58(PUBLIC + self.public),
            "secretKeyMultibase": base58(SECRET + self.secret),
        }
        return (json.dumps(content, indent=1) + "\n").encode()


def check_issuer(issuer: str) -> None:
    """An issuer is an https address or a DID.

    Raises:
        CertificateError: it is neither.
    """
    if not _ISSUER.fullmatch(issuer):
        raise CertificateError(
            f"{issuer!r} names no issuer: an address (https://…) or a DID (did:web:…) is expected."
        )


def read_key(content: bytes, what: str) -> Key:
    """A key from its file.

    Raises:
        CertificateError: it is none, or its two halves do not belong together.
    """
    data = read_json(content, what)
    if data.get("format") != KEY_FORMAT:
        raise CertificateError(f"{what} is no key file: make one with `steiger audit key new`.")
    try:
        secret = from_base58(data.get("secretKeyMultibase"))
        key = Key(str(data.get("id")), secret.removeprefix(SECRET))
        halves = from_base58(data.get("publicKeyMultibase")) == PUBLIC + key.public
    except CertificateError as error:
        raise CertificateError(f"{what}: {error}") from error
    if not halves or not secret.startswith(SECRET):
        raise CertificateError(f"{what}: public and secret key do not belong together.")
    return key


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key of an issuer's document.

    Attributes:
        since: from when on it may sign.
        until: from when on it may not sign any more (`expires`); what it signed before stays valid.
        revoked: when it was lost or stolen. A thief can write any date, so that nothing it signed
            counts, unless the log proves that it was there before (see `verify`).
    """

    id: str
    raw: bytes
    since: datetime
    until: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer and all its keys, those of former days too."""

    id: str
    name: str
    keys: tuple[PublicKey, ...]

    def key(self, identifier: str) -> PublicKey | None:
        """The key of that id."""
        return next((key for key in self.keys if key.id == identifier), None)

    def as_document(self) -> dict[str, Any]:
        """As a controlled identifier document."""
        methods = []
        for key in self.keys:
            method = {
                "id": key.id,
                "type": "Multikey",
                "controller": self.id,
                "publicKeyMultibase": base58(PUBLIC + key.raw),
                "validFrom": as_text(key.since),
            }
            if key.until:
                method["expires"] = as_text(key.until)
            if key.revoked:
                method["revoked"] = as_text(key.revoked)
            methods.append(method)
        return {
            "@context": [CONTEXT],
            "id": self.id,
            "name": self.name,
            "verificationMethod": methods,
            "assertionMethod": [key.id for key in self.keys],
        }

    def as_file(self) -> bytes:
        """Its canonical bytes; whoever trusts the issuer notes their SHA-256."""
        return canonical(self.as_document())


def read_issuer(content: bytes, what: str) -> Issuer:
    """An issuer from its document.

    Raises:
        CertificateError: it is none.
    """
    data = read_json(content, what)
    try:
        identifier, name = data["id"], data["name"]
        check_issuer(identifier)
        allowed = data["assertionMethod"]
        keys = tuple(
            _public(method, identifier)
            for method in data["verificationMethod"]
            if method["id"] in allowed
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CertificateError(f"{what} is no issuer's document: {error} is missing.") from error
    except CertificateError as error:
        raise CertificateError(f"{what}: {error}") from error
    if len({key.id for key in keys}) != len(keys) or not keys or not isinstance(name, str):
        raise CertificateError(f"{what}: an issuer needs a name and keys with different ids.")
    return Issuer(identifier, name, keys)


def _public(method: dict[str, Any], issuer: str) -> PublicKey:
    raw = from_base58(method["publicKeyMultibase"])
    if method.get("type") != "Multikey" or not raw.startswith(PUBLIC) or len(raw) != 34:
        raise CertificateError(f"{method['id']} is no Ed25519 key in Multikey form.")
    if method.get("controller") != issuer or method["id"].partition("#")[0] != issuer:
        raise CertificateError(f"{method['id']} belongs to somebody else.")
    return PublicKey(
        id=method["id"],
        raw=raw[2:],
        since=as_time(method["validFrom"]),
        until=as_time(method["expires"]) if "expires" in method else None,
        revoked=as_time(method["revoked"]) if "revoked" in method else None,
    )
