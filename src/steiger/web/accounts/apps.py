"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in, audit log."""

    name = "steiger.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what happens at sign-in; teach SQLite to fold words."""
        from steiger.web.accounts import signals  # noqa: F401
        from steiger.web.accounts.domain import folding  # noqa: F401
