"""A model on the disk, whole or not at all.

`manifest.json` names the folder in which the files lie, and the digest of each. A new model is
written beside the old one; replacing the manifest is the one moment at which it counts.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from steiger.engines.flood.forecasting.core import DEFAULT_CORE, ForecastError
from steiger.engines.flood.forecasting.model import (
    Files,
    Model,
    canonical_json,
    gauge_folder,
    sha256,
)
from steiger.lib.atomic_files import write_atomically

MANIFEST = "manifest.json"
LOCK = ".lock"
FORMAT = "steiger-flood-model/1"
#: What reading a damaged ZIP file or its JSON may raise.
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError)
#: Little is gained by more.
PACKING = 1
#: Characters of the digest that a folder of files is called by.
SHORT = 16


def save_model(model: Model, folder: Path) -> Path:
    """Write a model; an older one in the folder is replaced at the end, and then removed.

    Raises:
        ForecastError: the folder holds something else.
        OSError: it cannot be written.
    """
    folder = Path(folder)
    check_place(folder)
    folder.mkdir(parents=True, exist_ok=True)
    own = model.digest[:SHORT]
    write_files(folder / own, model.files())
    manifest = {**model.manifest(), "digest": model.digest, "folder": own}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / MANIFEST, (text + "\n").encode())
    for other in folder.iterdir():
        if other.is_dir() and other.name != own and _ours(other.name):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder that appears whole or not at all; one that is there is right.

    The folder's name must follow from the files' content.
    """
    if folder.exists():
        return
    draft = folder.with_name(f".draft-{folder.name}-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        draft.mkdir(parents=True, exist_ok=True)
        try:
            draft.replace(folder)
        except OSError:
            # Another process was faster with the same content.
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_model(folder: Path, *, core: str = DEFAULT_CORE) -> Model:
    """Read a model and compare every file with its digest.

    Raises:
        ForecastError: there is no model, or a file is missing, changed or too much.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    try:
        return _read(folder, manifest, core)
    except FileNotFoundError as error:
        # Somebody may have put a new model in its place while this one was being read.
        again = read_manifest(folder)
        if again["digest"] == manifest["digest"]:
            raise ForecastError(f"{error.filename}: the model lacks this file") from None
        return _read(folder, again, core)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the model in a folder.

    Raises:
        ForecastError: there is none, or it is damaged.
    """
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ForecastError(
            f"{folder}: holds no model; make one with “steiger flood train”"
        ) from None
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise ForecastError(f"{path}: is no valid JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ForecastError(f"{path}: is no manifest of a flood model")
    return manifest


def _read(folder: Path, manifest: dict[str, Any], core: str) -> Model:
    path = folder / MANIFEST
    try:
        home = folder / Path(manifest["folder"]).name
        files = {name: _checked(home, name, digest) for name, digest in manifest["files"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ForecastError(f"{path}: is damaged ({error!r})") from None
    return _model(manifest, files, path, core)


def _model(manifest: dict[str, Any], files: Files, path: Path, core: str) -> Model:
    try:
        gauges = {
            gauge: _below(f"gauges/{gauge_folder(number, gauge)}/", files)
            for number, gauge in enumerate(manifest["gauges"], start=1)
        }
        model = Model(manifest["origin"], _below("shared/", files), gauges, core)
        trained_with = manifest["origin"]["core"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ForecastError(f"{path}: is damaged ({error!r})") from None
    if trained_with != core:
        raise ForecastError(f"{path}: was trained with the core {trained_with!r}, not {core!r}")
    if model.digest != manifest.get("digest"):
        raise ForecastError(f"{path}: was changed after training: its digest is wrong")
    return model


def pack_model(model: Model) -> bytes:
    """A model as one ZIP file; the same bytes for the same model."""
    target = io.BytesIO()
    manifest = canonical_json({**model.manifest(), "digest": model.digest})
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in {MANIFEST: manifest, **model.files()}.items():
            # Without the time of writing, which would differ.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, PACKING)
    return target.getvalue()


def unpack_model(path: Path, *, core: str = DEFAULT_CORE) -> Model:
    """The model in a ZIP file that `pack_model` gave.

    Raises:
        ForecastError: the file is missing, damaged, or was changed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files.pop(MANIFEST))
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror})") from None
    except DAMAGE as error:
        raise ForecastError(f"{path}: was changed: it cannot be read ({error!r})") from None
    return _model(manifest, files, path, core)


def _checked(home: Path, name: str, digest: str) -> bytes:
    parts = Path(name).parts
    if not parts or ".." in parts or Path(name).is_absolute():
        raise ForecastError(f"{home}: the manifest names a file {name!r} outside of the model")
    path = home / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror})") from None
    if sha256(content) != digest:
        raise ForecastError(f"{path}: was changed after training: its digest is wrong")
    return content


def _below(start: str, files: Files) -> Files:
    return {
        name[len(start) :]: content for name, content in files.items() if name.startswith(start)
    }


def check_place(folder: Path) -> None:
    """A model can be written to this folder: it is new, empty, or holds a model already.

    Raises:
        ForecastError: it holds something else, or is a file.
    """
    if not folder.exists():
        if not _existing_parent(folder).is_dir():
            raise ForecastError(f"{folder}: a file is in the way of this folder")
        return
    if not folder.is_dir():
        raise ForecastError(f"{folder}: is a file, not a folder for a model")
    strange = [
        p.name for p in folder.iterdir() if p.name not in {MANIFEST, LOCK} and not _ours(p.name)
    ]
    if strange:
        raise ForecastError(
            f"{folder}: holds {min(strange)!r}, which belongs to no model; give a new folder"
        )


def _existing_parent(folder: Path) -> Path:
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    return parent


def _ours(name: str) -> bool:
    """Whether a file or folder of this name was written by this module or by training."""
    if name.startswith((".work-", ".draft-", f".{MANIFEST}")):
        return True
    return len(name) == SHORT and set(name) <= set("0123456789abcdef")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process trains into a folder at a time; a killed one leaves it free.

    Raises:
        ForecastError: another process does.
    """
    check_place(folder)
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ForecastError(f"{folder}: another process is training into this folder") from None
    try:
        yield
    finally:
        lock.release()
        (folder / LOCK).unlink(missing_ok=True)
        if new and not any(folder.iterdir()):
            folder.rmdir()
