"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in, audit log."""

    name = "steiger.web.accounts"
    label = "accounts"
