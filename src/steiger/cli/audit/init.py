"""`steiger audit init`: a first `audit.toml` from a few questions."""

from __future__ import annotations

from pathlib import Path

import click

from steiger.cli.groups import show

TASKS = ("classification", "regression", "text")
MODALITIES = ("tabular", "image", "time-series", "text")
KINDS = ("onnx", "skops", "lightgbm", "safetensors", "predictions", "http")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the system.")
@click.option("--task", type=click.Choice(TASKS), help="What the system does.")
@click.option("--modality", type=click.Choice(MODALITIES), help="What it looks at.")
@click.option("--kind", type=click.Choice(KINDS), help="How it is given.")
@click.option("--target", help="Column of what is predicted.")
@click.option("--protected", multiple=True, help="Column of a protected attribute; repeatable.")
def init(
    *,
    folder: Path,
    name: str | None,
    task: str | None,
    modality: str | None,
    kind: str | None,
    target: str | None,
    protected: tuple[str, ...],
) -> None:
    """Write DIR/audit.toml, with comments; an existing one stays as it is.

    What is not given as an option is asked for.
    """
    from steiger.engines.audit.context import Modality, Task
    from steiger.engines.audit.data import AuditError
    from steiger.engines.audit.running import template
    from steiger.lib.atomic_files import write_atomically

    path = folder / "audit.toml"
    if path.exists():
        raise AuditError(f"{path}: is there already; edit it, or give another folder")
    if folder.exists() and not folder.is_dir():
        raise AuditError(f"{folder}: is a file, not a folder")
    name = name or click.prompt("Name of the system", default=folder.absolute().name)
    task = task or click.prompt("What does it do", type=click.Choice(TASKS))
    if task == "text":
        modality, kind, target = "text", "http", ""
    else:
        modality = modality or click.prompt("What does it look at", type=click.Choice(MODALITIES))
        kind = kind or click.prompt("How is it given", type=click.Choice(KINDS))
        target = target or click.prompt("Column of what is predicted", default="target")
    text = template(
        name=str(name),
        task=Task(task),
        modality=Modality(modality),
        kind=str(kind),
        target=str(target),
        protected=protected,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
    show(f"{path}: fill in the paths, then `steiger audit run {path} --out DIR`.")
