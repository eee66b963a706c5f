"""Messages to programs of others: signed as Standard Webhooks says, never sent into our network."""

from steiger.adapters.webhooks.client import Answer, WebhookError, deliver
from steiger.adapters.webhooks.signing import new_secret, secret_from, signature, verify

__all__ = ["Answer", "WebhookError", "deliver", "new_secret", "secret_from", "signature", "verify"]
