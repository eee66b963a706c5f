"""PDF files as their readers meet them: what they say about themselves, text, dangers."""

from steiger.adapters.pdf.apart import Limits, inspect_apart
from steiger.adapters.pdf.types import Inspection, PdfRefusedError

__all__ = ["Inspection", "Limits", "PdfRefusedError", "inspect_apart"]
