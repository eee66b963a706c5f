"""What can be done here: one function per act; reads in queries.py."""
