"""Access keys at the door of the operations."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from steiger.web.accounts.domain.access_keys import key_of
from steiger.web.accounts.models import AccessKey
from steiger.web.api.interfaces.problems import ProblemError
from steiger.web.curation.domain.representing import of_person


class AccessKeyAuth(HttpBearer):
    """A live key that allows what the operation does; a session opens nothing here."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> AccessKey | None:  # noqa: ARG002 -- the library names it
        """The key, or None if it opens nothing.

        Raises:
            ProblemError: it is live but allows something else.
        """
        key = key_of(token.strip())
        if key is not None and self.scope not in key.scopes:
            text = _("This needs a key with the permission “%(scope)s”.")
            raise ProblemError("not-allowed", text % {"scope": self.scope})
        if (
            key is not None
            and self.scope == AccessKey.Scope.WRITE
            and not of_person(key.user).exists()
        ):
            raise ProblemError("not-allowed", _("You represent no entry any more."))
        return key


READ = AccessKeyAuth(AccessKey.Scope.READ)
WRITE = AccessKeyAuth(AccessKey.Scope.WRITE)
