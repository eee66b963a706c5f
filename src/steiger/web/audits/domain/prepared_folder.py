"""A prepared audit folder from outside: `audit.toml`, data, a model that runs no code.

It is hostile until proven otherwise: only files of a closed list of types, only plain paths,
nothing that unpacks to more than is sensible. What the examined side must not decide (thresholds,
checks, error rate, what it is held against) is taken from the examination, not from the file.
"""

from __future__ import annotations

import io
import json
import stat
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from steiger.web.audits.domain.errors import RefusedError

LARGEST, MOST_FILES, MOST_BYTES, MOST_TIMES = 200_000_000, 200, 1_000_000_000, 200
PLAN = "audit.toml"
#: Models that run code when they are loaded (pickles) never come in here.
ENDINGS = frozenset({"toml", "csv", "gz", "parquet", "onnx", "skops", "safetensors", "md", "txt"})
KINDS = frozenset({"", "onnx", "skops", "lightgbm", "safetensors", "predictions", "http"})
KEPT = ("audit", "model", "data", "predictions", "explanations", "documents", "text")
#: Section → keys that name files.
PATHS = {
    "model": ("path",),
    "data": ("test", "training", "deployment"),
    "predictions": ("path",),
    "explanations": ("path",),
    "documents": ("paths",),
    "text": ("canaries",),
}


def files_of(data: bytes) -> dict[str, bytes]:
    """Path → content of an archive's files; a single folder around all of them is left out.

    Raises:
        RefusedError: too large, a strange path or type, damaged, or no `audit.toml`.
    """
    if len(data) > LARGEST:
        raise RefusedError("file_large", f"{LARGEST // 1_000_000} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            total = sum(entry.file_size for entry in entries)
            most = min(MOST_BYTES, max(MOST_TIMES * len(data), 1_000_000))
            if len(entries) > MOST_FILES or total > most:
                raise RefusedError("file_bomb")
            found = {_path(entry): _content(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise RefusedError("file_disguised", "zip") from error
    tops = {name.partition("/")[0] for name in found}
    if PLAN not in found and len(tops) == 1:
        found = {name.partition("/")[2]: content for name, content in found.items()}
    if PLAN not in found:
        raise RefusedError("run_folder", PLAN)
    return found


def _path(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename)
    bad = path.is_absolute() or ".." in path.parts or "\\" in entry.filename
    bad = bad or ":" in entry.filename or any(ord(sign) < 32 for sign in entry.filename)
    if bad or entry.filename != entry.orig_filename or stat.S_ISLNK(entry.external_attr >> 16):
        raise RefusedError("file_path", entry.filename[:60])
    if path.suffix.lower().lstrip(".") not in ENDINGS:
        raise RefusedError("run_folder", entry.filename[:60])
    return str(path)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise RefusedError("file_bomb")
    return content


def read_plan(content: bytes, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What `audit.toml` says, without what only the examination decides.

    Raises:
        RefusedError: no TOML, a model that may run code, or a path that leads elsewhere.
    """
    try:
        said = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("run_folder", f"{PLAN}: {error}"[:200]) from error
    plan = {name: said[name] for name in KEPT if name in said}
    for name, section in plan.items():
        if not isinstance(section, dict):
            raise RefusedError("run_folder", f"{PLAN}: [{name}]")
    kind = plan.get("model", {}).get("kind", "")
    if kind not in KINDS:
        raise RefusedError("run_folder", f"{PLAN}: [model] kind = {kind!r}"[:200])
    for place, path in _paths(plan):
        if not isinstance(path, str) or str(PurePosixPath(path)) not in files:
            raise RefusedError("run_folder", f"{PLAN}: {place} = {path!r}"[:200])
    return plan


def _paths(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for section, keys in PATHS.items():
        for key in keys:
            value = plan.get(section, {}).get(key, "")
            for one in value if isinstance(value, list) else [value]:
                if one != "":
                    yield f"[{section}] {key}", one


def as_toml(plan: Mapping[str, Any]) -> str:
    """Plain data as TOML; what JSON writes of texts, numbers and lists is TOML as well."""
    lines = []
    for name, section in plan.items():
        lines.append(f"[{name}]")
        lines += [f"{_text(key)} = {_value(value)}" for key, value in section.items()]
        lines.append("")
    return "\n".join(lines)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(key)} = {_value(one)}" for key, one in value.items())
        return "{ " + inner + " }" if inner else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | int | float):
        return repr(value).lower()
    raise RefusedError("run_folder", f"{PLAN}: {value!r}"[:200])


def write_folder(home: Path, files: Mapping[str, bytes], plan: Mapping[str, Any]) -> None:
    """Write the files and the plan below a folder that does not exist yet."""
    for name, content in files.items():
        target = home / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if name != PLAN:
            target.write_bytes(content)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / PLAN).write_text(as_toml(plan), "utf-8")
