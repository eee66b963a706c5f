"""Messages to programs of others: signed as Standard Webhooks says, never sent into our network."""

from steiger.adapters.webhooks.client import Answer, WebhookError, check_address, deliver
from steiger.adapters.webhooks.signing import new_secret, signature, verify

__all__ = [
    "Answer",
    "WebhookError",
    "check_address",
    "deliver",
    "new_secret",
    "signature",
    "verify",
]
