"""One rule per file; adding a file adds a rule (`control.all_rules` walks this package)."""
