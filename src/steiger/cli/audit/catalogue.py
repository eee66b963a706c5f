"""`steiger audit catalogue`: check, export or import what an audit is held against."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import click

from steiger.cli.audit.opening import open_catalogue
from steiger.cli.groups import show
from steiger.engines.audit.catalogue import Catalogue, CatalogueError
from steiger.lib.atomic_files import write_atomically

_Path = click.Path(path_type=Path)
source_argument = click.argument("source", required=False, type=_Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group()
def catalogue() -> None:
    """Check, export or import what an audit is held against.

    SOURCE is a folder in our form (catalogue.toml and others), a folder with the files of MISSION
    KI (VCIO.json and others), or an OSCAL catalogue (JSON). Without it, our own is meant.
    """


@catalogue.command()
@source_argument
@json_option
def lint(source: Path | None, as_json: bool) -> None:
    """Find broken ids, empty levels, unreachable rules and more.

    Ends with code 0 if nothing was found, with 1 if something was, with 2 if SOURCE is none.
    """
    from steiger.engines.audit.catalogue.lint import lint as look

    found = open_catalogue(source)
    findings = look(found)
    kinds = Counter(finding.kind for finding in findings)
    if as_json:
        rows = [
            {"file": row.file, "id": row.id, "kind": row.kind, "message": row.message}
            for row in findings
        ]
        head = {"format": "steiger-audit-lint/1", **_identity(found)}
        show(json.dumps(head | {"findings": rows}, ensure_ascii=False, indent=2))
    else:
        for row in findings:
            show(f"{row.file or '–'}: {row.id}: {row.message} [{row.kind}]")
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        show(f"{_named(found)}: " + (counted or "nothing to find fault with") + ".")
    sys.exit(1 if findings else 0)


@catalogue.command()
@source_argument
@click.option("--oscal", is_flag=True, help="As OSCAL catalogue instead of our plain JSON.")
@click.option("--out", type=_Path, help="File to write.  [default: print]")
def export(source: Path | None, oscal: bool, out: Path | None) -> None:
    """Write a catalogue as one JSON file."""
    found = open_catalogue(source)
    content: dict[str, Any]
    if oscal:
        from steiger.adapters.oscal import oscal_catalogue

        content = oscal_catalogue(found)
    else:
        content = {
            "format": "steiger-audit-catalogue/1",
            "sha256": found.digest(),
            **found.as_plain(),
        }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        show(text.rstrip())
        return
    write_atomically(out, text.encode())
    show(f"{_named(found)}: {out}")


@catalogue.command(name="import")
@click.argument("source", type=_Path)
@click.option("--out", required=True, type=_Path, help="Folder to make; must not exist.")
@click.option("--oscal", is_flag=True, help="Insist that SOURCE is an OSCAL file.")
@json_option
def import_(source: Path, out: Path, oscal: bool, as_json: bool) -> None:
    """Turn SOURCE into a folder in our form, to edit it or to hold an audit against it."""
    from steiger.engines.audit.catalogue.lint import lint as look
    from steiger.engines.audit.catalogue.writing import write_catalogue

    if oscal and not source.is_file():
        raise CatalogueError(f"{source}: this is no OSCAL file.")
    if out.exists():
        raise CatalogueError(f"{out}: exists already; name a new folder.")
    found = open_catalogue(source)
    files = write_catalogue(found)
    _write_folder(out, files)
    count = len(look(found))
    if as_json:
        shown = {"format": "steiger-audit-import/1", **_identity(found)}
        show(json.dumps(shown | {"folder": str(out), "files": list(files), "findings": count}))
    else:
        note = f"; {count} findings, see “steiger audit catalogue lint {out}”" if count else ""
        show(f"{_named(found)}: {len(files)} files in {out}{note}")


def _write_folder(out: Path, files: dict[str, str]) -> None:
    """All files or none: the folder gets its name when it is complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as place:
        folder = Path(place) / "catalogue"
        folder.mkdir()
        for name, text in files.items():
            write_atomically(folder / name, text.encode())
        folder.rename(out)


def _identity(found: Catalogue) -> dict[str, Any]:
    return {
        "id": found.id,
        "version": found.version,
        "sha256": found.digest(),
        "dimensions": len(found.dimensions),
        "criteria": len(found.criteria),
        "indicators": len(found.indicators),
        "questions": len(found.questions),
        "methods": len(found.methods),
    }


def _named(found: Catalogue) -> str:
    return f"{found.title.of('en')} {found.version} ({len(found.indicators)} indicators)"
