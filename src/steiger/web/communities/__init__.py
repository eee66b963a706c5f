"""The room of communities."""
