"""`steiger`: thin commands over engines, adapters and web.

Help is quick because nothing heavy is imported before a command runs. What a person can mend is
reported in one line: settings with exit code 2, everything else with 1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

import steiger
from steiger.cli.groups import Lazy, LazyGroup, explanation, show, start_django, stop

__all__ = ["LazyGroup", "explanation", "main", "show", "start_django", "stop"]

GROUPS = {
    "audit": Lazy(
        "steiger.cli.audit:audit",
        "Examination of an AI system: catalogue, checks, verdict, certificate.",
        django=False,
    ),
    "directory": Lazy(
        "steiger.cli.directory:directory",
        "The Landkarte's actors: import, match names, find duplicates.",
        django=False,
    ),
    "flood": Lazy(
        "steiger.cli.flood:flood",
        "Flood forecasts: check a network, collect, train, forecast, verify, warn.",
        django=False,
    ),
    "personal-data": Lazy(
        "steiger.web.desk.interfaces.personal_data_commands:personal_data",
        "One person's data in all rooms, and the register of processing.",
    ),
}


@click.group(cls=LazyGroup, lazy=GROUPS, context_settings={"help_option_names": ["-h", "--help"]})
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


@main.command()
@click.option("--fill", default=1500, show_default=True, help="Invented example actors.")
def run(fill: int) -> None:
    """Prepare what is missing and serve: web and worker under one supervisor."""
    from steiger.web.operations.domain import supervisor

    supervisor.check_port()
    start_django()
    from steiger.web.operations.domain import start

    start.prepare(fill=fill, say=show)
    start.first_link(say=show)
    supervisor.run(say=show)


@main.command()
def serve() -> None:
    """Serve the web only (the supervisor calls this)."""
    from steiger.web.operations.domain.lifeline import end_with_parent

    end_with_parent()
    from steiger.web.operations.domain import server

    server.serve(say=show)


@main.command()
@click.option("--after-web", is_flag=True, help="Wait until the web answers, so that it is quick.")
def worker(after_web: bool) -> None:
    """Do background work only (the supervisor calls this)."""
    from steiger.web.operations.domain.lifeline import end_with_parent

    end_with_parent()
    if after_web:
        from steiger.web.operations.domain import server

        server.wait_for_answer()
    start_django()
    from steiger.web.operations.domain import worker as work

    work.run()


@main.command()
@click.option("--fill", default=0, show_default=True, help="Invented example actors, visibly so.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def demo(fill: int, as_json: bool) -> None:
    """Load the region's vocabularies and actors, and invented examples beside them."""
    start_django()
    from steiger.web.operations.domain import start

    counts = start.load_demo(fill=fill, say=lambda text: click.echo(text, err=True))
    if as_json:
        show(json.dumps(counts))
    else:
        show("New or changed: " + ", ".join(f"{n} {name}" for name, n in counts.items()) + ".")


@main.group()
def index() -> None:
    """The search index: build it anew, or look at it."""


@index.command()
def rebuild() -> None:
    """Build the search index anew from the database."""
    start_django()
    from steiger.web.directory.domain.index import rebuild as rebuild_index

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r  {done} of {total} actors", nl=done == total, err=True)

    count = rebuild_index(progress)
    show(f"The index holds {count} actors.")


@index.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(as_json: bool) -> None:
    """Compare the index with the database."""
    start_django()
    from steiger.web.operations.domain.doctor import index_state

    state = index_state()
    if as_json:
        show(json.dumps(state))
    else:
        show("\n".join(f"{name:<10} {value}" for name, value in state.items()))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check database, index, mail, clock, disk and workers, and say what to do."""
    start_django()
    from steiger.web.operations.domain.doctor import examine

    findings = examine()
    if as_json:
        show(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        show("\n".join(finding.line() for finding in findings))
    sys.exit(1 if any(finding.state == "fail" for finding in findings) else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def settings(as_json: bool) -> None:
    """List every setting with the value in force and where it comes from; secrets are masked."""
    from steiger.web.config.environment import in_force, load

    rows = in_force(load())
    for row in rows:
        name = row["name"]
        given = "environment" if name in os.environ else "default"
        row["source"] = "file" if f"{name}_FILE" in os.environ else given
    if as_json:
        show(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        show(f"{row['name']:<28} {row['value']:<36} {row['source']:<12} {row['description']}")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def backup(file: Path, as_json: bool) -> None:
    """Write database, uploads and flood networks into FILE (a .tar.gz), while the product runs.

    The keys are not in it: keep copies of secret_key and audit-keys in a place of their own.
    """
    start_django()
    from steiger.web.operations.domain.backup import write_backup

    manifest = write_backup(file)
    if as_json:
        show(json.dumps(manifest))
        return
    size = file.stat().st_size / 1e6
    counts = manifest["counts"]
    what = (
        f"{counts['actors']} actors, {counts['people']} people, {counts['uploads']} uploads, "
        f"{counts['flood']} files of flood networks"
    )
    show(f"{file}: {what}, {manifest['engine']}, {size:.1f} MB.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is in the installation now.")
def restore(file: Path, replace: bool) -> None:
    """Put back what `steiger backup` wrote into FILE, and rebuild the index."""
    start_django()
    from steiger.web.operations.domain.restore import restore_backup

    manifest = restore_backup(file, replace=replace, say=show)
    show(f"Restored the state of {manifest['made_at']}: {manifest['counts']['actors']} actors.")


@main.group()
def accounts() -> None:
    """People who sign in."""


@accounts.command()
@click.argument("email", required=False, default="")
def link(email: str) -> None:
    """Print a one-time link that signs an administrator in (for instance after a lock-out)."""
    start_django()
    from django.conf import settings as django_settings

    from steiger.web.accounts.domain.first_sign_in import issue_link

    arguments: dict[str, Any] = {"email": email} if email else {}
    show(issue_link(base_url=django_settings.BASE_URL, **arguments))
