"""`steiger audit scan`: is a model file safe to load."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.scan import ScanResult, scan_file

WORDS = {
    "safe": ("safe", "sicher"),
    "not_safe": ("not safe", "nicht sicher"),
    "unknown": ("unknown", "unbekannt"),
}
#: What files are recognised as, in German where that is no name of a format.
KINDS_DE = {
    "compressed": "gepackt",
    "empty": "leer",
    "script": "Skript",
    "text": "Text",
    "unknown": "unbekannt",
}
CODES = {"safe": 0, "not_safe": 1, "unknown": 3}


@click.command()
@click.argument("model_file", type=click.Path(path_type=Path))
@click.option("--lang", default="en", type=click.Choice(["de", "en"]), help="Of the reasons.")
@json_option
def scan(model_file: Path, lang: str, as_json: bool) -> None:
    """Say whether MODEL_FILE is safe to load, and why not. It is never loaded.

    Safe means that each instruction in it is on an allow-list. Ends with code 0 if safe, 1 if not
    safe, 3 if unknown, and 2 if there is no such file.
    """
    result = scan_file(model_file)
    show(as_text(result.as_dict()) if as_json else lines(result, model_file, lang))
    sys.exit(CODES[result.verdict])


def lines(result: ScanResult, path: Path, language: str) -> str:
    """The answer in words."""
    german = language == "de"
    kind = KINDS_DE.get(result.kind, result.kind) if german else result.kind
    size = f"{result.size:,} Bytes".replace(",", ".") if german else f"{result.size:,} bytes"
    head = f"{path}: {WORDS[result.verdict][german]} ({kind}, {size})"
    reasons = [f"  {reason.text(language)}" for reason in result.reasons]
    return "\n".join([head, *reasons, f"  SHA-256 {result.sha256}"])
