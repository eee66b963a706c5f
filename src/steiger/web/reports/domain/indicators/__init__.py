"""One indicator per file; adding a file adds an indicator (``declared.all_declared`` walks)."""
