"""One form of bytes for a JSON document (RFC 8785, JCS), and nothing that has two readings.

Certificates are written in this form and refused in any other, so that any changed byte is a
changed certificate. Numbers are whole and at most 2**53 − 1: fractions are the one part of JCS on
which small implementations differ. https://www.rfc-editor.org/rfc/rfc8785
"""

from __future__ import annotations

import json
from typing import Any

from steiger.engines.audit.certificate.errors import CertificateError

#: Largest whole number that every JSON reader keeps exactly.
LARGEST = 2**53 - 1
#: Certificates are some kilobytes; more is an attack on the reader.
LONGEST = 5_000_000
DEEPEST = 64


def canonical(value: Any) -> bytes:
    """The canonical bytes.

    Raises:
        CertificateError: something in it has no single form (a fraction, a huge number, half of a
            surrogate pair, a key that is no text), or it is nested too deeply.
    """
    import rfc8785

    _check(value, 0)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise CertificateError(f"cannot be written in one form only: {error}") from error


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise CertificateError("is nested too deeply")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise CertificateError(f"has the key {key!r}, which is no text")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        return
    elif not isinstance(value, int) or abs(value) > LARGEST:
        raise CertificateError(f"holds {value!r}; only whole numbers up to 2^53 − 1 are allowed")


def read_canonical(content: bytes, what: str) -> dict[str, Any]:
    """A document from its bytes, which must be the canonical ones.

    Raises:
        CertificateError: no JSON object, or its bytes are not in canonical form.
    """
    document = read_json(content, what)
    if canonical(document) != content:
        raise CertificateError(
            f"{what} is not in its canonical form: it was changed, or saved by another program. "
            "Use the file as it was issued."
        )
    return document


def read_json(content: bytes, what: str) -> dict[str, Any]:
    """A JSON object from bytes.

    Raises:
        CertificateError: it is none, or larger than such documents are.
    """
    if len(content) > LONGEST:
        raise CertificateError(f"{what} has {len(content):,} bytes; at most {LONGEST:,} are read.")
    try:
        document = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{what} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise CertificateError(f"{what} is no JSON object.")
    return document
