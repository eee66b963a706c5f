"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in, audit log."""

    name = "steiger.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what happens at sign-in."""
        from steiger.web.accounts import signals  # noqa: F401
