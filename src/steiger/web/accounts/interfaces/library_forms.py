"""The forms of the sign-in library, in the words of this product and without placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from django import forms
from django.utils.translation import gettext_lazy as _

#: The library says the same in other words and with Other Capitals.
LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "oldpassword": _("Current password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "remember": _("Stay signed in"),
}


class _OurWords(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)  # labels stand above the fields
        if "password1" in self.fields:
            self.fields["password1"].help_text = ""  # the page says it in one sentence


class SignInForm(_OurWords, library.LoginForm):
    """Address and password; signing up asks for no password, signing in may."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has its own link for forgotten passwords.
        self.fields["password"].help_text = ""

    def _setup_password_field(self) -> None:
        """Keep the field, which the library removes where signing up asks for no password."""


class SignUpForm(_OurWords, library.SignupForm):
    """A new account: only an address."""


class AddressForm(_OurWords, library.AddEmailForm):
    """Another address for the account."""


class CodeForm(_OurWords, library.RequestLoginCodeForm):
    """Where a code to sign in goes."""


class ForgottenForm(_OurWords, library.ResetPasswordForm):
    """Where a code for a new password goes."""


class NewPasswordForm(_OurWords, library.ResetPasswordKeyForm):
    """The password after a forgotten one."""


class ChangePasswordForm(_OurWords, library.ChangePasswordForm):
    """Another password, by whoever knows the present one."""


class FirstPasswordForm(_OurWords, library.SetPasswordForm):
    """A password for an account without one."""


class ProofForm(_OurWords, library.ReauthenticateForm):
    """The password once more, before something about signing in changes."""
