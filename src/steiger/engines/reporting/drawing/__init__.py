"""Bars and maps as SVG: colours as attributes for documents, classes for pages."""
