"""Who may do what at the desk."""

from steiger.web.accounts.models import RoleName

#: Who sends circulars; administrators may do everything.
SENDERS = (RoleName.FUNDING_OFFICER, RoleName.MODERATOR)
