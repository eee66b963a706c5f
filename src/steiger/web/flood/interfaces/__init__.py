"""Forms, filters, API and exporters."""
