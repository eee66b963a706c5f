"""The database itself refuses to change or delete entries of the chain."""

from __future__ import annotations

from steiger.web.accounts.models.protection import append_only

TABLE = "audits_chainentry"
PROTECT, UNPROTECT = append_only(TABLE, "The log of an examination is append-only.")
