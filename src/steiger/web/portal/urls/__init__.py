"""Addresses for machines (no language), for people, and of the API."""
