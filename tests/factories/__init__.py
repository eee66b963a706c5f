"""Data for tests, made by plain functions."""
