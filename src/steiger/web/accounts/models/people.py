"""People and roles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RoleName(models.TextChoices):
    """What a person may do. A visitor is whoever holds none of these."""

    REPRESENTATIVE = "representative", _("Actor's representative")
    ADVISER = "adviser", _("Adviser")
    MODERATOR = "moderator", _("Moderator")
    EXAMINER = "examiner", _("Examiner")
    FUNDING_OFFICER = "funding_officer", _("Funding officer")
    ADMINISTRATOR = "administrator", _("Administrator")


#: Roles of people who work for the hub; representatives speak for a firm instead.
STAFF_ROLES = frozenset(
    {
        RoleName.ADVISER,
        RoleName.MODERATOR,
        RoleName.EXAMINER,
        RoleName.FUNDING_OFFICER,
        RoleName.ADMINISTRATOR,
    }
)


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with this address."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person for whom every permission check passes (tests and emergencies)."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by address, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in.

    Personal data: e-mail address and display name. Purpose: sign-in and contact in the person's
    own matters. Retention: until the account is closed, then erased at once.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "email": "sign-in and contact; kept until the account is closed",
        "display_name": "how colleagues recognise each other; kept until the account is closed",
        "last_login": "lets the person notice misuse; kept until the account is closed",
    }

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name or self.email

    @property
    def roles(self) -> frozenset[str]:
        """Names of the roles the person holds now (one query per object, then remembered)."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.grants.values_list("role", flat=True))
        return self._roles

    def forget_roles(self) -> None:
        """Read the roles anew at the next use."""
        self.__dict__.pop("_roles", None)

    def has_role(self, *names: str) -> bool:
        """Whether the person holds one of the roles; administrators hold all of them."""
        return bool(self.roles & {RoleName.ADMINISTRATOR, *names}) or self.is_superuser

    @property
    def is_staff_member(self) -> bool:
        """Whether the person works for the hub."""
        return self.is_superuser or bool(self.roles & STAFF_ROLES)


class RoleGrant(models.Model):
    """One role of one person. Who granted it and why stands in the audit log."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "user": "who may do what; kept until the role or the account ends",
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=RoleName.choices)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_one_grant_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
