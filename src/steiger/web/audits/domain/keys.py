"""The installation's own key, and its addresses as they stand in certificates.

Made when the first certificate is signed; lies in the data folder, readable by the product alone.
How keys are changed stands in the documentation of ``steiger audit key``.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from steiger.lib.atomic_files import write_atomically

if TYPE_CHECKING:
    from steiger.engines.audit.certificate import Issuer, Key

NAME = "key-1"


def address(view: str, **kwargs: object) -> str:
    """The address of a page as certificates name it: with https, in the main language."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse(view, kwargs=kwargs)
    return settings.BASE_URL.replace("http://", "https://", 1) + path


def installation_key() -> tuple[Key, Issuer]:
    """The key and the issuer's document; both are made if there are none yet."""
    from steiger.engines.audit.certificate import Issuer, Key, read_issuer, read_key
    from steiger.engines.audit.certificate.keys import PublicKey

    folder = Path(settings.DATA_DIR) / "audit-keys"
    secret, public = folder / "key.json", folder / "issuer.json"
    if not secret.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Key(f"{address('audits:issuer')}#{NAME}", secrets.token_bytes(32))
        _write_secret(secret, made.as_file())
    key = read_key(secret.read_bytes(), secret.name)
    if not public.exists():
        # From the secret key alone, so that a stop between both files does no harm.
        since = datetime.fromtimestamp(int(secret.stat().st_mtime), UTC)
        issuer = Issuer(key.issuer, issuer_name(), (PublicKey(key.id, key.public, since),))
        write_atomically(public, issuer.as_file())
    return key, read_issuer(public.read_bytes(), public.name)


def issuer_name() -> str:
    """Who signs, in the region's own words."""
    from steiger.regions import load_region

    return f"Steiger {load_region(settings.REGION).name_de}"


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, unless another process was faster."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
