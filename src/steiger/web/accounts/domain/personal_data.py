"""Personal data that libraries keep for us: what for, and until when.

Our own models say so themselves (``PERSONAL_DATA``); a test holds both lists complete.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from steiger.web.accounts.models import AccessKey, User

LIBRARIES: dict[str, dict[str, str]] = {
    "account.EmailAddress": {
        "email": "sign-in and contact; kept until the account is closed",
        "user": "whose address it is; kept until the account is closed",
    },
    "accounts.User_groups": {"user": "never written: roles are kept elsewhere"},
    "accounts.User_user_permissions": {"user": "never written: roles are kept elsewhere"},
    "mfa.Authenticator": {"user": "whose second factor it is; kept until removed or closed"},
    "axes.AccessAttempt": {
        "username": "counts failed sign-ins; erased after the pause, at success or closing",
        "ip_address": "counts failed sign-ins; erased after the pause, at success or closing",
        "user_agent": "counts failed sign-ins; erased after the pause, at success or closing",
    },
    "axes.AccessFailureLog": {
        "username": "never written: this log is switched off",
        "ip_address": "never written: this log is switched off",
        "user_agent": "never written: this log is switched off",
    },
    "axes.AccessLog": {
        "username": "never written: this log is switched off",
        "ip_address": "never written: this log is switched off",
        "user_agent": "never written: this log is switched off",
    },
    "socialaccount.SocialAccount": {
        "extra_data": "what the staff's provider told; kept until disconnected or closed",
        "last_login": "lets the person notice misuse; kept until disconnected or closed",
        "user": "whose service it is; kept until disconnected or closed",
    },
}


def kept_about(user: User) -> dict[str, Any]:
    """Everything that is kept about a person, their own rows in libraries included."""
    return {
        "number": user.pk,
        "email": user.email,
        "display_name": user.display_name,
        "joined_at": user.joined_at.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "roles": sorted(user.roles),
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
        "second_factors": [
            {"kind": kind, "since": since.isoformat()}
            for kind, since in Authenticator.objects.filter(user=user).values_list(
                "type", "created_at"
            )
        ],
        "connected_services": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")
        ),
        "access_keys": [
            {
                "name": key.name,
                "hint": key.hint,
                "scopes": key.scopes,
                "created_at": key.created_at.isoformat(),
                "expires_at": key.expires_at.isoformat(),
                "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
            }
            for key in AccessKey.objects.filter(user=user)
        ],
        "purposes": user.PERSONAL_DATA,
    }
