"""`steiger audit`: examinations of AI systems from files, without the web."""

from __future__ import annotations

import click

from steiger.cli.groups import Lazy, LazyGroup

TEXTS = {
    "init": "Write a first audit.toml, with comments.",
    "run": "Run the checks of an audit.",
}


@click.group(
    cls=LazyGroup,
    lazy={
        name: Lazy(f"steiger.cli.audit.{name}:{name}", text, django=False)
        for name, text in TEXTS.items()
    },
)
def audit() -> None:
    """Examinations of AI systems: from protection need to a certificate."""
