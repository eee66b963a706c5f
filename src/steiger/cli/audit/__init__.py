"""`steiger audit`: examination of an AI system from files, without the web.

One file per command in this folder, found by itself: where the docstring begins like that of
``catalogue.py`` (`steiger audit NAME`: what it does), the file holds a command called NAME. Other
files help them.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click

from steiger.cli.groups import Lazy, LazyGroup

_HEADING = re.compile(r"`steiger audit ([a-z]+)`: (.+)")


def commands() -> dict[str, Lazy]:
    """Name → command, from the first lines of the files: nothing is imported for the help."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        first = (ast.get_docstring(ast.parse(path.read_bytes())) or "").partition("\n")[0]
        heading = _HEADING.fullmatch(first)
        if heading:
            name, text = heading.groups()
            text = text[0].upper() + text[1:]
            found[name] = Lazy(f"steiger.cli.audit.{path.stem}:{name}", text, django=False)
    return found


@click.group(cls=LazyGroup, lazy=commands())
def audit() -> None:
    """Examination of an AI system: catalogue, checks, verdict, certificate."""
