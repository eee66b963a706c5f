"""A district or a selection of the map on one printed page: PDF/A-2a and PDF/UA-1."""

from steiger.adapters.profile_pdf.writer import Bar, Contact, Entry, Figure, Profile, as_pdf

__all__ = ["Bar", "Contact", "Entry", "Figure", "Profile", "as_pdf"]
