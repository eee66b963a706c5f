"""The example for receivers does what it says, and stands in the docs as it is tested here."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from steiger.adapters.webhooks import new_secret, signature
from steiger.web.api.interfaces.webhook_example import CHECK

DOCS = Path(__file__).resolve().parents[3] / "docs/how-to/receive_webhooks.md"


def test_the_example_tells_genuine_messages_from_others() -> None:
    assert CHECK in DOCS.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(CHECK, names)  # noqa: S102 -- our own example
    is_genuine = names["is_genuine"]
    secret, sent, body = new_secret(), int(time.time()), b'{"type": "test"}'

    def headers(at: int) -> dict[str, str]:
        signed = signature(secret, message_id="msg_1", timestamp=at, payload=body)
        return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signed}

    assert is_genuine(secret, headers(sent), body)
    assert not is_genuine(secret, headers(sent), body + b" ")
    assert not is_genuine(new_secret(), headers(sent), body)
    assert not is_genuine(secret, headers(sent - 400), body)
