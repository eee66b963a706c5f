"""``python -m steiger`` is the same as ``steiger``."""

from steiger.cli import main

if __name__ == "__main__":
    main()
