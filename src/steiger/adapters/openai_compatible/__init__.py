"""Text endpoints that speak the chat interface which OpenAI introduced and many servers share."""

from steiger.adapters.openai_compatible.client import EndpointError, connect

__all__ = ["EndpointError", "connect"]
