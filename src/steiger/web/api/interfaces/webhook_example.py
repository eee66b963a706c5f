"""How a receiver of webhooks checks a message: for the page and the docs, and run by a test."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from steiger.web.curation.domain.deliveries import MOST_TRIES
from steiger.web.curation.models import Delivery

EVENTS = Delivery.Event
CHECK = """\
import base64, hmac, time


def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    number, sent = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(sent)) > 300:  # older than five minutes
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{number}.{sent}.".encode() + body
    right = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return any(hmac.compare_digest(right, one) for one in headers["webhook-signature"].split())
"""


def webhooks_part() -> dict[str, Any]:
    """What the page says about webhooks."""
    what = {
        EVENTS.ACCEPTED: _("The editors accepted a submission; what it asked for is on the map."),
        EVENTS.REJECTED: _("The editors rejected a submission; “reason” says why."),
        EVENTS.ASKED: _("The editors ask something. The answer is given on the page of the mail."),
        EVENTS.REOPENED: _("A decision was taken back; the submission waits again."),
        EVENTS.TEST: _("You asked for a test on the page of the address."),
    }
    return {
        "check": CHECK,
        "message": json.dumps(_example(), ensure_ascii=False, indent=2),
        "events": [(str(event), text) for event, text in what.items()],
        "tries": MOST_TRIES,
    }


def _example() -> dict[str, Any]:
    base, number = settings.BASE_URL, "6f0c5a2e-6f3e-4c36-9d1c-0a4f8c0e7a11"
    return {
        "type": str(EVENTS.ACCEPTED),
        "timestamp": "2026-03-01T10:00:00+00:00",
        "data": {
            "submission": number,
            "kind": "edit",
            "state": "accepted",
            "version": 1,
            "reason": "correct",
            "reason_text": {
                "de": "Angaben geprüft und richtig",
                "en": "Statements checked and correct",
            },
            "actor": {
                "id": "beispiel-ag",
                "name": "Beispiel AG",
                "page": f"{base}/landkarte/eintrag/beispiel-ag/",
                "url": f"{base}/api/v1/actors/beispiel-ag",
            },
            "own": True,
            "url": f"{base}/api/v1/me/submissions/{number}",
        },
    }
