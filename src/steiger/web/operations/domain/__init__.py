"""Starting, watching, backing up and restoring an installation."""
