"""Certificates that anyone can check without us: signed, bound to files, revocable, logged.

    document = issue(statement, key, issuer_name=…, valid_from=…, valid_until=…, now=…)
    answer = verify(canonical(document), issuer=issuer, now=…, evidence=folder)

No clock and no dice in here: moments, ids and secret keys are handed in.
"""

from steiger.engines.audit.certificate.canonical import canonical
from steiger.engines.audit.certificate.credential import Statement, StatusPlace, issue
from steiger.engines.audit.certificate.errors import CertificateError
from steiger.engines.audit.certificate.keys import (
    Issuer,
    Key,
    PublicKey,
    read_issuer,
    read_key,
)
from steiger.engines.audit.certificate.log import (
    consistency_holds,
    consistency_proof,
    inclusion_document,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    root,
)
from steiger.engines.audit.certificate.manifest import FileDigest, digest_of, manifest_of
from steiger.engines.audit.certificate.status import status_list
from steiger.engines.audit.certificate.verify import Check, Verification, verify

__all__ = [
    "CertificateError",
    "Check",
    "FileDigest",
    "Issuer",
    "Key",
    "PublicKey",
    "Statement",
    "StatusPlace",
    "Verification",
    "canonical",
    "consistency_holds",
    "consistency_proof",
    "digest_of",
    "inclusion_document",
    "inclusion_holds",
    "inclusion_proof",
    "issue",
    "leaf_hash",
    "manifest_of",
    "read_issuer",
    "read_key",
    "root",
    "status_list",
    "verify",
]
