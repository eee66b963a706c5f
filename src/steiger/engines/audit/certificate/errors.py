"""What is wrong with something that should be signed or verified."""

from __future__ import annotations


class CertificateError(ValueError):
    """A key, a certificate or what belongs to it makes no sense; says what, where, what to do."""
