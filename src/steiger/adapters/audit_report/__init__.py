"""An audit's report as one HTML file, and as a document for the PDF writer."""

from steiger.adapters.audit_report.document import as_document
from steiger.adapters.audit_report.html import as_html

__all__ = ["as_document", "as_html"]
