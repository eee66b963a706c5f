"""The supervisor's own process: supervisord, which starts its programs at once.

Left to itself it first waits a second for something to happen, which is a fifth of a start.
"""

from __future__ import annotations

from supervisor import supervisord


class Prompt(supervisord.Supervisor):
    """A supervisor that begins before it waits."""

    def runforever(self) -> None:
        """Start the programs, then watch over them until told to end."""
        for group in self.process_groups.values():
            group.transition()
        super().runforever()


def main() -> None:
    """Take the options of supervisord and do the same."""
    supervisord.Supervisor = Prompt
    supervisord.main()


if __name__ == "__main__":
    main()
