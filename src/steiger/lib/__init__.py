"""General parts without a word of any domain."""
