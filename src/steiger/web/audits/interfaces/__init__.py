"""Forms, words and pages of this room."""
