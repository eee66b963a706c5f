"""How an audit reaches addresses. Keys come from the environment and are written nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any


def connect_model(
    address: str, key_env: str, *, outside: bool = False
) -> Callable[[tuple[str, ...], list[list[Any]]], list[Any]]:
    """A model behind an address; `outside`: only in the open internet."""
    from steiger.adapters.model_http import connect

    return connect(address, key=_key(key_env), transport=_transport(outside=outside))


def connect_text(
    address: str, model: str, key_env: str, *, outside: bool = False
) -> Callable[[Sequence[tuple[str, str]]], str]:
    """A text endpoint; `outside`: only in the open internet."""
    from steiger.adapters.openai_compatible import connect

    transport = _transport(outside=outside)
    return connect(address, model=model, key=_key(key_env), transport=transport)


def _transport(*, outside: bool) -> Any:
    if not outside:
        return None
    from steiger.adapters.open_internet import OpenInternet

    return OpenInternet()


def _key(name: str) -> str:
    from steiger.engines.audit.data import AuditError

    if not name:
        return ""
    if name not in os.environ:
        raise AuditError(f"key_env: the environment has no variable {name}")
    return os.environ[name]
