"""torch's zip container: one pickle, and the bytes of its tensors beside it.

Layout (torch/serialization.py, ``_save``): ``NAME/data.pkl``, ``NAME/data/KEY``, ``NAME/version``;
since 2.x ``byteorder``, ``.format_version``, ``.storage_alignment``,
``.data/serialization_id``.
"""

from __future__ import annotations

import io

from steiger.engines.audit.scan.archives import Entry, Zip
from steiger.engines.audit.scan.machine import BrokenPickleError, Machine
from steiger.engines.audit.scan.pickles import STORAGE_SIZES, storage
from steiger.engines.audit.scan.result import Findings
from steiger.engines.audit.scan.values import Stored, Value

NOTES = frozenset(
    {"version", "byteorder", ".format_version", ".storage_alignment", ".data/serialization_id"}
)
#: Notes are a word or a number; nothing else fits in here.
LONGEST_NOTE = 128


def prefix_of(entries: list[Entry]) -> str | None:
    """The container's inner folder, or None if this is none."""
    for entry in entries:
        folder, _, name = entry.name.rpartition("/")
        if name == "data.pkl" and folder and "/" not in folder:
            return folder
    return None


def is_script(entries: list[Entry]) -> bool:
    """Whether this is TorchScript, which holds code."""
    return any(
        "/code/" in f"/{entry.name}" or entry.name.rpartition("/")[2] == "constants.pkl"
        for entry in entries
    )


def scan_torch(archive: Zip, prefix: str, where: str, findings: Findings) -> None:
    """Scan a container: the pickle by the allow-list, everything else by what it must be."""
    stored: dict[str, Stored] = {}
    data: dict[str, int] = {}

    def remember(value: Value) -> Stored | None:
        found = storage(value)
        if found is not None and found.key in stored and stored[found.key].count != found.count:
            return None
        if found is not None:
            stored[found.key] = found
        return found

    for entry in archive.entries:
        folder, _, name = entry.name.partition("/")
        inner = f"{where}!{entry.name}"
        if folder != prefix:
            findings.add("mismatch", inner, "member outside the container")
        elif name == "data.pkl":
            _pickle(archive, entry, inner, findings, remember)
        elif name.startswith("data/"):
            data[name.removeprefix("data/")] = entry.size
            findings.member(inner, "tensor", entry.size)
        elif name in NOTES and entry.size <= LONGEST_NOTE:
            findings.member(inner, "note", entry.size)
        else:
            findings.add("mismatch", inner, "unknown member")
    needed = {key: part.count * STORAGE_SIZES[part.type.name] for key, part in stored.items()}
    if needed != data:
        findings.add("mismatch", where, "tensors and their bytes")


def _pickle(archive: Zip, entry: Entry, where: str, findings: Findings, remember: object) -> None:
    findings.member(where, "pickle", entry.size)
    content = archive.read(entry)
    if content is None:
        return
    stream = io.BytesIO(content)
    machine = Machine(where, findings, persistent=remember)  # type: ignore[arg-type]
    try:
        machine.follow(stream)
    except BrokenPickleError as error:
        findings.add("broken_pickle", where, str(error))
        return
    if stream.read(1):
        findings.add("trailing", where)
