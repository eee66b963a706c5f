"""People, the roles they hold, and the log of what was done."""

from steiger.web.accounts.models.access_keys import AccessKey
from steiger.web.accounts.models.audit import LogEntry
from steiger.web.accounts.models.links import SignInLink
from steiger.web.accounts.models.people import STAFF_ROLES, RoleGrant, RoleName, User

__all__ = ["STAFF_ROLES", "AccessKey", "LogEntry", "RoleGrant", "RoleName", "SignInLink", "User"]
