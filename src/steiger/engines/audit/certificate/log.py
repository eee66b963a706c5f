"""The log of certificates: a Merkle tree (RFC 6962, section 2.1), its proofs, and signed heads.

The log shows that a certificate was issued openly and when, and that nothing was taken out later.
https://www.rfc-editor.org/rfc/rfc6962#section-2.1; verification as in RFC 9162, section 2.1.3.2 and
2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import Key
from steiger.engines.audit.certificate.proof import sign
from steiger.engines.audit.certificate.times import as_text

CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:steiger:audit:"}]
INCLUSION_FORMAT = "steiger-audit-inclusion/1"
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH: the root over hashes of leaves."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH: what leads from the leaf at `index` to the root.

    Raises:
        CertificateError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise CertificateError(f"The log has no entry {index}; it has {len(leaves)}.")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root(leaves[:k])]


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether a leaf stands at `index` in the tree with this head."""
    if not 0 <= index < size:
        return False
    node, last, value = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = node_hash(part, value)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, part)
        node >>= 1
        last >>= 1
    return last == 0 and value == head


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """PROOF: that the tree of the first entries is the beginning of the whole tree.

    Raises:
        CertificateError: `first` is larger than the tree.
    """
    if not 0 <= first <= len(leaves):
        raise CertificateError(f"The log has {len(leaves)} entries, not {first}.")
    if first in (0, len(leaves)):
        return []
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(leaves[:k], first, whole=whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], first - k, whole=False), root(leaves[:k])]


def consistency_holds(
    first: int, second: int, first_head: bytes, second_head: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of size `second` begins with the tree of size `first`."""
    if first == second:
        return not proof and first_head == second_head
    if not 0 <= first < second:
        return False
    if first == 0:
        return not proof and first_head == EMPTY
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_head)
    if not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, part)
        node >>= 1
        last >>= 1
    return last == 0 and old == first_head and new == second_head


def head_document(leaves: Sequence[bytes], log: str, key: Key, *, now: datetime) -> dict[str, Any]:
    """The signed head of a log: its size, its root, and when it was so."""
    return sign(
        {
            "@context": CONTEXT,
            "type": "LogHead",
            "issuer": key.issuer,
            "log": log,
            "size": len(leaves),
            "root": root(leaves).hex(),
            "time": as_text(now),
        },
        key,
        created=now,
    )


def inclusion_document(
    leaves: Sequence[bytes], index: int, log: str, key: Key, *, now: datetime
) -> dict[str, Any]:
    """What is handed out beside a certificate: its place in the log under a signed head.

    Raises:
        CertificateError: there is no such entry.
    """
    return {
        "format": INCLUSION_FORMAT,
        "index": index,
        "path": [part.hex() for part in inclusion_proof(leaves, index)],
        "head": head_document(leaves, log, key, now=now),
    }
