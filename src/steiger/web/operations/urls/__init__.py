"""Addresses for machines (no language) and for staff."""
