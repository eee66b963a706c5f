"""The web product: one room per subject."""
