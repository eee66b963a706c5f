"""Groups of commands that are imported only when used, and errors that end in one line."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import click

#: Errors whose text is written for people: module, class, what stands before the text.
EXPLAINED = (
    ("django.db", "DatabaseError", "The database refused: "),
    ("steiger.regions", "RegionError", ""),
    ("steiger.engines.directory.search", "SearchIndexError", "The search index: "),
    ("steiger.web.operations.domain.archive", "BackupError", ""),
    ("builtins", "OSError", ""),
)
#: Packages whose own `ValueError`s all say what is wrong with an input: code 2, nothing written.
REFUSING = (
    "steiger.engines.audit.",
    "steiger.engines.flood.",
    "steiger.lib.",
    "steiger.adapters.",
)


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is imported when used: where it is, its line in the help, what it needs."""

    where: str
    text: str
    django: bool = True


class LazyGroup(click.Group):
    """Sub-commands are imported only when used; what a person can mend ends in one line."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy] | None = None, **kwargs: Any) -> None:
        """`lazy` is name → command; everything else is as in click."""
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted([*super().list_commands(ctx), *self.lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported if need be."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        if self.lazy[cmd_name].django:
            start_django()
        module, name = self.lazy[cmd_name].where.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without importing what it lists."""
        rows = [(name, command.text) for name, command in self.lazy.items()]
        for name, command in self.commands.items():
            if not command.hidden:
                rows.append((name, command.get_short_help_str(90)))
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn what a person can mend into one line."""
        try:
            return super().main(*args, **kwargs)
        except SystemExit as end:
            if isinstance(end.code, str):
                code = 2 if type(end).__name__ == "SettingsError" else 1
                stop(" ".join(end.code.split()), code)
            raise
        except Exception as error:
            text = explanation(error)
            if text is None:
                raise
            stop(text, 2 if refuses(error) else 1)


def refuses(error: Exception) -> bool:
    """Whether the error says that an input makes no sense."""
    return isinstance(error, ValueError) and type(error).__module__.startswith(REFUSING)


def explanation(error: Exception) -> str | None:
    """One line about an error that a person can mend; None for an unforeseen one."""
    if refuses(error):
        return " ".join(str(error).split())
    for module, name, before in EXPLAINED:
        loaded = sys.modules.get(module)
        if loaded and isinstance(error, getattr(loaded, name)):
            return before + " ".join(str(error).split())
    return None


def stop(line: str, code: int) -> NoReturn:
    """Print one line about what is wrong and end."""
    complain(line)
    sys.exit(code)


def complain(line: str) -> None:
    """Print one line about what is wrong."""
    click.echo(f"steiger: {' '.join(line.split())}", err=True)


def start_django() -> None:
    """Load settings and rooms; a wrong setting ends with one line."""
    # Here and not only in the root command, because a sub-group is looked up before that runs.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steiger.web.config.settings")
    import django

    django.setup()


def show(text: str) -> None:
    """Print at once, whoever reads."""
    click.echo(text)
    sys.stdout.flush()
