"""Signing in by a code: wrong codes count like wrong passwords."""

from __future__ import annotations

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from steiger.web.accounts.interfaces.lockout import count_failure, is_locked
from steiger.web.accounts.views.lockout import locked_out


class RequestCode(RequestLoginCodeView):
    """Send a code, unless this address has to wait."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Send the code; the answer is the same for addresses that nobody has."""
        email = form.cleaned_data["email"]
        if is_locked(self.request, email):
            return locked_out(self.request, None, {"username": email})
        return super().form_valid(form)


class ConfirmCode(ConfirmLoginCodeView):
    """Compare the code."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Refuse while the address has to wait, even if the code is right."""
        email = self._process.state.get("email", "")
        if is_locked(request, email):
            return locked_out(request, None, {"username": email})
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        """Count it, for addresses without an account too, so that the lock tells nothing."""
        if self._action == "verify":
            count_failure(self.request, self._process.state.get("email", ""))
        return super().form_invalid(form)


request_code = RequestCode.as_view()
confirm_code = ConfirmCode.as_view()
