"""Views: they only translate."""
