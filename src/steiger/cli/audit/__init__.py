"""`steiger audit`: examinations of AI systems from files, without the web."""

from __future__ import annotations

import click

from steiger.cli.groups import Lazy, LazyGroup

TEXTS = {
    "key": "Keys of an examining body: new, ended, revoked.",
    "report": "Write the report of an audit as PDF and HTML.",
    "scan": "Say whether a model file is safe to load; never loads it.",
    "sign": "Sign a certificate for an audit's folder.",
    "verify": "Check a certificate and everything that belongs to it.",
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
