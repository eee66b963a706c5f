"""Forms, filters and words of this room."""
