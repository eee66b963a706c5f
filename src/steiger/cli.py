"""`steiger`: thin commands over engines, adapters and web."""

from __future__ import annotations

import os

import click

import steiger


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(steiger.__version__, prog_name="steiger")
def main() -> None:
    """Steiger: the open platform on which a region helps its firms into AI."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steiger.web.config.settings")


@main.command(context_settings={"ignore_unknown_options": True}, hidden=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Pass a command to Django (migrate, shell, ...)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["steiger django", *arguments])
