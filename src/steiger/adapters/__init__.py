"""One folder per outside system or format: client.py does I/O, parser.py reads bytes."""
