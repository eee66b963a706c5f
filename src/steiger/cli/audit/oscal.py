"""`steiger audit oscal`: the results of an audit as OSCAL assessment results."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from steiger.cli.audit.files import check_target, write_all
from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.data import AuditError

_File = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_File)
@click.option("--out", required=True, type=_File, help="File to write (JSON).")
@click.option("--catalogue", type=_File, help="What DIR was held against, if not our own.")
@click.option("--start", help="When the audit began; by default when its first part was written.")
@click.option("--end", help="When it ended; by default when its verdict was written.")
@click.option("--lang", default="de", show_default=True, type=click.Choice(["de", "en"]))
@json_option
def oscal(
    *,
    folder: Path,
    out: Path,
    catalogue: Path | None,
    start: str | None,
    end: str | None,
    lang: str,
    as_json: bool,
) -> None:
    """Write the results of an audit from DIR as OSCAL assessment results.

    The verdict is judged once more from results.json and must be that of verdict.json. Ends with
    code 2, and writes nothing, if DIR holds no finished audit or does not fit its catalogue.
    """
    from steiger.adapters.oscal import assessment_results, check_results
    from steiger.cli.audit.opening import open_catalogue
    from steiger.engines.audit.running.judging import judged_again

    check_target(out, may_exist=True)
    results, verdict = (_content(folder / name) for name in ("results.json", "verdict.json"))
    held_against = open_catalogue(catalogue)
    examination = judged_again(results, verdict, held_against)
    audit = results["audit"]
    try:
        tree = assessment_results(
            examination,
            held_against,
            audit=str(audit.get("digest") or audit["name"]),
            subject=str(audit["name"]),
            start=_moment(start) or _written(folder / "parts", min),
            end=_moment(end) or _written(folder / "verdict.json", max),
            language="en" if lang == "en" else "de",
        )
    except (KeyError, ValueError) as error:
        raise AuditError(f"{folder}: {error}") from error
    if problems := check_results(tree):
        raise AuditError(f"{folder}: cannot be said in OSCAL: {'; '.join(problems[:3])}")
    write_all({out: (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()})
    found = tree["assessment-results"]["results"][0]
    counts = {name: len(found.get(name, ())) for name in ("observations", "findings")}
    text = f"{out}: {counts['observations']} observations, {counts['findings']} findings."
    show(as_text({"file": str(out), **counts}) if as_json else text)


def _content(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        told = "name the folder that `steiger audit run` wrote to"
        raise AuditError(f"{path}: {error.strerror}; {told}") from error
    except (ValueError, RecursionError) as error:
        raise AuditError(f"{path}: is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise AuditError(f"{path}: holds no object")
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise AuditError(f"{text!r} is no moment (2026-12-31T12:00+01:00)") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _written(path: Path, which: Any) -> datetime:
    """When a file, or the first or last file of a folder, was written."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    times = [file.stat().st_mtime for file in files] or [path.stat().st_mtime]
    return datetime.fromtimestamp(int(which(times)), UTC)
