"""`steiger personal-data …`"""

from __future__ import annotations

import sys

import click
from django.conf import settings
from django.utils.translation import override

from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.desk.domain import personal_data as acts
from steiger.web.desk.interfaces.person_words import (
    as_json,
    error_words,
    processing_csv,
    processing_markdown,
)


@click.group("personal-data")
def personal_data() -> None:
    """One person's data in all rooms (Art. 15 to 17 GDPR), and the register of processing."""


def _refuse(error: acts.PersonError) -> None:
    with override("en"):
        click.echo(f"steiger: {error_words(error.code)}", err=True)
    sys.exit(2)


@personal_data.command()
@click.argument("address")
def show(address: str) -> None:
    """Print everything that is kept under an e-mail address, as JSON."""
    try:
        found = acts.find(address)
    except acts.PersonError as error:
        _refuse(error)
        return
    acts.note_shown(by=SYSTEM, found=found)
    click.echo(as_json(found))


@personal_data.command()
@click.argument("address")
@click.option("--new-address", default="", help="Write this address instead.")
@click.option("--name", default="", help="Write this name beside the address.")
def correct(address: str, new_address: str, name: str) -> None:
    """Correct an address or a name wherever it stands."""
    try:
        counts = acts.correct(address=address, by=SYSTEM, new_address=new_address, name=name)
    except acts.PersonError as error:
        _refuse(error)
        return
    for label, number in sorted(counts.items()):
        click.echo(f"{label}: {number}")
    click.echo(f"Corrected in {sum(counts.values())} places.")


@personal_data.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(address: str, yes: bool) -> None:
    """Erase a person in all rooms; prints how much, and what has to stay."""
    if not yes:
        click.confirm("Erase everything about this person? It cannot be undone.", abort=True)
    try:
        told, left = acts.erase(address=address, by=SYSTEM)
    except acts.PersonError as error:
        _refuse(error)
        return
    for room, number in sorted(told.items()):
        click.echo(f"{room}: {number}")
    if left:
        kinds = ", ".join(f"{one.label} ({len(one.rows)})" for one in left)
        click.echo(f"Stays for its own time: {kinds}")
    click.echo("Erased." if told else "There was nothing.")


@personal_data.command()
@click.option(
    "--form", type=click.Choice(["md", "csv"]), default="md", show_default=True, help="Form."
)
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language."
)
def register(form: str, language: str) -> None:
    """Print the register of processing (Art. 30 GDPR)."""
    with override(language):
        text = processing_csv() if form == "csv" else processing_markdown(settings.BASE_URL)
    click.echo(text, nl=False)
