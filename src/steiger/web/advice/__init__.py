"""The room of advice (Sprechstunde)."""
