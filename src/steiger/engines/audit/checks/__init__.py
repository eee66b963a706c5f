"""Checks, one file each. A new file is found by itself; see `contract.py`."""
