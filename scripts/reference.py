"""Writes docs/reference/settings.md and commands.md from the code, so that they cannot be wrong.

Run with the project's Python. `--check` writes nothing and fails if a page is out of date.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parents[1] / "docs/reference"


def settings_page() -> str:
    """Every variable with default and meaning."""
    from steiger.web.config.environment import PREFIX, Environment

    rows = []
    for key, field in Environment.model_fields.items():
        name = str(field.validation_alias or f"{PREFIX}{key}".upper())
        default = field.default
        shown = "" if "Secret" in type(default).__name__ else str(default)
        rows.append(f"| `{name}` | {f'`{shown}`' if shown else '–'} | {field.description} |")
    head = (
        "# Settings\n\nRead from the environment only. Each may also be given as `NAME_FILE`, "
        "the path of a file that\nholds the value. `steiger settings` shows what is in force.\n\n"
        "| variable | default | meaning |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def commands_page() -> str:
    """Every command with its help."""
    from steiger.cli import main

    parts = ["# Commands\n"]

    def walk(command: click.Command, path: str) -> None:
        context = click.Context(command, info_name=path)
        context.max_content_width = 100
        if not command.hidden:
            parts.append(f"## `{path}`\n\n```text\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                if child is not None and not child.hidden:
                    walk(child, f"{path} {name}")

    walk(main, "steiger")
    return "\n".join(parts)


def main() -> int:
    """Write or check the pages; returns the exit code."""
    os.environ.setdefault("STEIGER_DATA_DIR", tempfile.mkdtemp(prefix="steiger-docs-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steiger.web.config.settings")
    stale = []
    for name, text in {"settings.md": settings_page(), "commands.md": commands_page()}.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        click.echo(f"Out of date: {', '.join(stale)}. Run scripts/reference.py.", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
