"""The room of publications."""
