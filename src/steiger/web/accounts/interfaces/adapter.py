"""Where the sign-in library asks this product how things are done here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.access import signed_in
from steiger.web.accounts.models import RoleName

# allauth's own German says "du"; these are the ones that people meet.
TEXTS = {
    "account_inactive": _("This account is closed for sign-in. Ask the hub."),
    "email_password_mismatch": _("Address and password do not belong together."),
    "email_taken": _("This address belongs to an account already."),
    "enter_current_password": _("Type your current password."),
    "incorrect_code": _("This code is not right. Compare it with the mail, sign by sign."),
    "incorrect_password": _("This password is not right."),
    "invalid_login": _("This sign-in did not work."),
    "invalid_password_reset": _("This code does not work any more. Have a new one sent."),
    "rate_limited": _("That was often in a short time. Wait a minute, then try again."),
    "same_as_current": _("The new address is the one that you have already."),
    "too_many_login_attempts": _(
        "Too many attempts failed. Wait fifteen minutes, or have a new code sent."
    ),
    "unknown_email": _("We know no account with this address."),
    "unverified_primary_email": _("Prove your address first."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by address: anyone may sign up, as a visitor without any role."""

    error_messages = {**DefaultAccountAdapter.error_messages, **TEXTS}

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After sign-in without another aim: administrators protect their account first."""
        user = signed_in(request)
        if user.has_role(RoleName.ADMINISTRATOR) and not is_mfa_enabled(user):
            return reverse("accounts:protect")
        return reverse("portal:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 -- the library names it
        """Back to the account, not to the form again."""
        return reverse("accounts:profile")

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very host are followed after sign-in."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )


class StaffAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in with the staff's own provider: it proves the address and gives no role."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _(
            "An account with this address exists, but the provider did not confirm the address. "
            "Sign in by code, then connect the two in your account."
        ),
        "no_password": _("Set a password first, so that you can still sign in."),
        "no_verified_email": _("Prove your address first, so that you can still sign in."),
    }

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Any:
        """Take the name along, which colleagues see, and nothing else."""
        user = super().populate_user(request, sociallogin, data)
        name = data.get("name") or " ".join(
            filter(None, [data.get("first_name"), data.get("last_name")])
        )
        user.display_name = str(name or "")[:120]
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> Any:
        """Lead to an existing account only by an address that is truly verified.

        Some providers send the text "false" for no, which Python takes for yes.
        """
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True or address.verified == "true"
        return super().authenticate_by_email(sociallogin)
