"""Tables as checks see them."""

from steiger.engines.audit.data.groups import split_groups
from steiger.engines.audit.data.reading import read_table
from steiger.engines.audit.data.table import AuditError, Table

__all__ = ["AuditError", "Table", "read_table", "split_groups"]
