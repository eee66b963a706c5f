"""`steiger directory`: commands that work on files, beside those that work on the database."""

from __future__ import annotations

import click

from steiger.cli.groups import Lazy, LazyGroup

COMMANDS = {
    "match": Lazy(
        "steiger.cli.directory.match:match",
        "Find the organisations that affiliations name.",
        django=False,
    ),
    "duplicates": Lazy(
        "steiger.cli.directory.duplicates:duplicates",
        "Find entries of a list that are one organisation.",
        django=False,
    ),
    "import": Lazy(
        "steiger.web.directory.interfaces.commands:import_", "Take over a list of organisations."
    ),
    "network": Lazy(
        "steiger.web.directory.interfaces.commands:network_",
        "Lay out the network of relations now.",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def directory() -> None:
    """The KI-Landkarte."""
