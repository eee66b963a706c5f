"""The installation's own key, and its addresses as they stand in certificates.

Made when the first certificate is signed; lies in the data folder, readable by the product alone.
Another takes its place by :mod:`.rotating`; the document keeps the public halves of all keys.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from steiger.lib.atomic_files import write_atomically
from steiger.web.audits.domain.errors import RefusedError

if TYPE_CHECKING:
    from steiger.engines.audit.certificate import Issuer, Key
    from steiger.engines.audit.certificate.keys import PublicKey

NAME = "key-1"


def address(view: str, **kwargs: object) -> str:
    """The address of a page as certificates name it: with https, in the main language."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse(view, kwargs=kwargs)
    return settings.BASE_URL.replace("http://", "https://", 1) + path


def installation_key() -> tuple[Key, Issuer]:
    """The key that signs, and the issuer's document; both are made if there are none yet."""
    from steiger.engines.audit.certificate import Issuer, Key, read_issuer, read_key
    from steiger.engines.audit.certificate.keys import PublicKey

    folder = _folder()
    first, public = folder / "key.json", folder / "issuer.json"
    if not public.exists():
        if not first.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Key(f"{address('audits:issuer')}#{NAME}", secrets.token_bytes(32))
            write_secret(first, made.as_file())
        # From the secret key alone, so that a stop between both files does no harm.
        key = read_key(first.read_bytes(), first.name)
        since = datetime.fromtimestamp(int(first.stat().st_mtime), UTC)
        issuer = Issuer(key.issuer, issuer_name(), (PublicKey(key.id, key.public, since),))
        write_atomically(public, issuer.as_file())
    issuer = read_issuer(public.read_bytes(), public.name)
    current = signing(issuer)
    path = secret_file(current.id)
    return read_key(path.read_bytes(), path.name), issuer


def make_first_key(since: datetime) -> None:
    """Make the first key as if it had been made earlier, for the past of invented examinations;
    nothing happens where there is a key."""
    if not has_key():
        issuer = installation_key()[1]
        (key,) = issuer.keys
        keys = (replace(key, since=since.replace(microsecond=0)),)
        write_atomically(_folder() / "issuer.json", replace(issuer, keys=keys).as_file())


def since() -> datetime:
    """From when the key signs that signs today."""
    return signing(installation_key()[1]).since


def has_key() -> bool:
    """Whether keys were made; asking makes none."""
    return (_folder() / "issuer.json").exists() or (_folder() / "key.json").exists()


def signing(issuer: Issuer) -> PublicKey:
    """The newest key that is neither ended nor revoked.

    Raises:
        RefusedError: there is none.
    """
    found = [key for key in issuer.keys if key.until is None and key.revoked is None]
    if not found:
        raise RefusedError("signing", "issuer.json")
    return found[-1]


def secret_file(identifier: str) -> Path:
    """Where the secret half of a key lies; the first one has a name of its own."""
    name = identifier.rpartition("#")[2]
    return _folder() / ("key.json" if name == NAME else f"{name}.json")


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "audit-keys"


def issuer_name() -> str:
    """Who signs, in the region's own words."""
    from steiger.regions import load_region

    return f"Steiger {load_region(settings.REGION).name_de}"


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, unless another process was faster."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
