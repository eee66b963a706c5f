"""What this room keeps."""

from steiger.web.cases.models.cases import Case, CaseEntry, Contact, Firm

__all__ = ["Case", "CaseEntry", "Contact", "Firm"]
