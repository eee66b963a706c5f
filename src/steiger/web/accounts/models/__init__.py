"""People, the roles they hold, and the log of what was done."""

from steiger.web.accounts.models.audit import LogEntry
from steiger.web.accounts.models.people import RoleGrant, RoleName, User

__all__ = ["LogEntry", "RoleGrant", "RoleName", "User"]
