"""This room keeps nothing of its own in the database."""
