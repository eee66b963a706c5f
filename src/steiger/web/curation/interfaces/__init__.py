"""How people and machines speak with this room."""
