"""Data Integrity proofs with the suite eddsa-jcs-2022.

SHA-256 of the canonical proof options and SHA-256 of the canonical document, one after the other,
are signed with Ed25519. https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from steiger.engines.audit.certificate.canonical import canonical
from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import Key, base58, from_base58
from steiger.engines.audit.certificate.times import as_text

SUITE = "eddsa-jcs-2022"
OPTIONS = frozenset(
    {
        "@context",
        "type",
        "cryptosuite",
        "created",
        "verificationMethod",
        "proofPurpose",
        "proofValue",
    }
)


def sign(document: dict[str, Any], key: Key, *, created: datetime) -> dict[str, Any]:
    """The document with a proof.

    Raises:
        CertificateError: it has a proof already, no context, or cannot be written in one form.
    """
    if "proof" in document or "@context" not in document:
        raise CertificateError("A document that is signed has a @context and no proof yet.")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": as_text(created),
        "verificationMethod": key.id,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signature = key.sign(_message(document, options))
    return {**document, "proof": {**options, "proofValue": base58(signature)}}


def _message(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    digests = (hashlib.sha256(canonical(part)).digest() for part in (options, document))
    return b"".join(digests)


def proof_of(document: dict[str, Any]) -> dict[str, Any]:
    """The proof of a signed document, if it has the one form that we issue.

    Raises:
        CertificateError: it has another form.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise CertificateError("has no proof")
    if set(proof) != OPTIONS or proof["@context"] != document.get("@context"):
        raise CertificateError("has a proof of another form")
    if (proof["type"], proof["cryptosuite"]) != ("DataIntegrityProof", SUITE):
        raise CertificateError(f"has a proof that is not {SUITE}")
    if proof["proofPurpose"] != "assertionMethod":
        raise CertificateError("has a proof for another purpose")
    return proof


def signature_holds(document: dict[str, Any], public: bytes) -> bool:
    """Whether the proof was made with the secret half of a public key (32 bytes).

    Raises:
        CertificateError: there is no proof of our form.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    proof = proof_of(document)
    signature = from_base58(proof["proofValue"])
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    rest = {name: value for name, value in document.items() if name != "proof"}
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _message(rest, options))
    except (InvalidSignature, ValueError):
        return False
    return True
