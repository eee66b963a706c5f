"""`steiger audit chain`: whether the logs of the room's examinations and the register are whole."""

from __future__ import annotations

import sys

import click

from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show, start_django


@click.command()
@json_option
def chain(as_json: bool) -> None:
    """Check the hash chain of every examination of this installation, and the register.

    Each entry must fit the one before, none may be missing, evidence files must be unchanged, and
    each certificate must be signed, stand in the log, and be the one that the chain names. Ends
    with code 0 if all is whole and with 1 if something is not.
    """
    start_django()
    from steiger.web.audits.domain.chain_check import check_all

    found = check_all()
    if as_json:
        show(as_text(found.as_plain()))
    else:
        for problem in found.problems:
            show(f"{problem.where}: {problem.text}")
        show(
            f"{found.chains} chains with {found.entries} entries, {found.files} files, "
            f"{found.certificates} certificates: "
            + (f"{len(found.problems)} problems." if found.problems else "whole.")
        )
    sys.exit(1 if found.problems else 0)
