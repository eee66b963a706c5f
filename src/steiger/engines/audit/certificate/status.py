"""Status lists: one bit for each certificate, signed and dated.

https://www.w3.org/TR/vc-bitstring-status-list/. A list has at least 131,072 places, so that whoever
fetches it does not tell which certificate is asked for. Places are counted from the left.
"""

from __future__ import annotations

import base64
import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import Key
from steiger.engines.audit.certificate.proof import sign
from steiger.engines.audit.certificate.times import as_text

Purpose = Literal["revocation", "suspension"]
PLACES = 131_072
#: Longest list that is unpacked, in bytes.
LONGEST = 16_000_000
CONTEXT = ["https://www.w3.org/ns/credentials/v2"]


def encode(places: Iterable[int], count: int = PLACES) -> str:
    """The list with these places set.

    Raises:
        CertificateError: a place outside the list.
    """
    bits = bytearray(count // 8)
    for place in places:
        if not 0 <= place < count:
            raise CertificateError(f"The status list has no place {place}; it has {count}.")
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def bit(encoded: object, place: int) -> bool:
    """Whether a place is set.

    Raises:
        CertificateError: no list, or a place outside it.
    """
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise CertificateError("the list is not encoded as base64url with u")
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), b"-_", validate=True)
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            bits = stream.read(LONGEST + 1)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise CertificateError(f"the list cannot be unpacked: {error}") from error
    if len(bits) > LONGEST or len(bits) * 8 < PLACES:
        raise CertificateError(f"the list has {len(bits) * 8:,} places")
    if not 0 <= place < len(bits) * 8:
        raise CertificateError(f"the list has no place {place}")
    return bool(bits[place // 8] & 0x80 >> place % 8)


def status_list(
    *,
    address: str,
    purpose: Purpose,
    places: Iterable[int],
    name: str,
    key: Key,
    now: datetime,
    until: datetime,
) -> dict[str, Any]:
    """A signed status list.

    Args:
        address: where it is published; certificates name it.
        places: numbers of the certificates that are revoked or suspended.
        name: of the issuer.
        now: its date; verifiers show it.
        until: when a newer one must be there.
    """
    return sign(
        {
            "@context": CONTEXT,
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": {"id": key.issuer, "name": name},
            "validFrom": as_text(now),
            "validUntil": as_text(until),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "encodedList": encode(places),
            },
        },
        key,
        created=now,
    )
