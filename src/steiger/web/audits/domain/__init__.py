"""Acts and reads of this room."""
