"""People, roles, sign-in and the audit log."""
