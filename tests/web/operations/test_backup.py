"""A backup made under writes is whole, a restored installation equals it, and no file can harm."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.installation import Installation, wait_for
from steiger.web.operations.domain import backup as backing_up
from steiger.web.operations.domain import restore as putting_back
from steiger.web.operations.domain.archive import BackupError, safe

# Writes pairs of linked rows as fast as it can; a copy that cuts a transaction shows half of one.
WRITER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
import django; django.setup()
from django.db import transaction
from steiger.web.accounts.models import LogEntry, RoleGrant, User
number = 0
while True:
    number += 1
    with transaction.atomic():
        person = User.objects.create(email=f"beispiel{number}@example.org")
        RoleGrant.objects.create(user=person, role="adviser")
        LogEntry.objects.create(as_role="system", act="test.write", object_type="t",
                                object_id=str(person.pk))
    print(number, flush=True)
"""
PEOPLE = "SELECT count(*) FROM accounts_user WHERE email LIKE 'beispiel%'"
ENTRIES = "SELECT count(*) FROM accounts_logentry WHERE act = 'test.write'"
GRANTS = (
    "SELECT count(*) FROM accounts_rolegrant g JOIN accounts_user u ON u.id = g.user_id "
    "WHERE u.email LIKE 'beispiel%'"
)
RAIN = "beispieltal/rain/0a1b.parquet"
FLOOD = {
    "beispieltal/network.toml": b'name = "Beispieltal"',
    "beispieltal/observations.parquet": b"PAR1" * 1000,
    "beispieltal/models/ab12/manifest.json": b"{}",
    RAIN: b"PAR1",
}
FLOOD_DRAFTS = {".drafts/1/network.toml": b"draft", "beispieltal/.lock": b""}


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def read_files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def count(installation: Installation, statement: str) -> int:
    """The one figure of a statement."""
    return int(installation.query(statement)[0][0])


def members_of(file: Path) -> dict[str, bytes]:
    """Content of every member of a backup."""
    with tarfile.open(file) as tar:
        return {i.name: f.read() for i in tar if (f := tar.extractfile(i))}


def write_members(file: Path, members: dict[str, bytes], **manifest: Any) -> None:
    """A backup with these members and a manifest that fits them, but for the changes given."""
    own = json.loads(members["manifest.json"]) | manifest
    rest = {name: data for name, data in members.items() if name != "manifest.json"}
    if "files" not in manifest:
        own["files"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in rest.items()
        }
    with tarfile.open(file, "w:gz") as tar:
        for name, data in {"manifest.json": json.dumps(own).encode(), **rest}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


@pytest.fixture
def backup(installation: Installation, tmp_path: Path) -> Path:
    """A backup of an installation with an upload and a flood network."""
    write_files(installation.folder / "flood", FLOOD | FLOOD_DRAFTS)
    os.utime(installation.folder / "flood" / RAIN, (1_700_000_000, 1_700_000_000))
    uploads = installation.folder / "uploads/logos"
    uploads.mkdir(parents=True)
    (uploads / "beispiel.svg").write_text("<svg/>")
    file = tmp_path / "backup.tar.gz"
    installation.steiger("backup", str(file))
    return file


def test_backup_under_writes_is_one_consistent_state(
    installation: Installation, new_installation: Callable[[], Installation], tmp_path: Path
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=installation.env, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    written = int(writer.stdout.readline())
    file = tmp_path / "backup.tar.gz"
    try:
        manifest = installation.json("backup", str(file))
        while int(writer.stdout.readline()) < written + 5:
            pass
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    other = new_installation()
    other.steiger("restore", str(file))
    people = count(other, PEOPLE)
    assert 0 < people <= count(installation, PEOPLE)
    assert [count(other, s) for s in (GRANTS, ENTRIES)] == [people] * 2
    assert manifest["counts"]["actors"] == count(
        installation, "SELECT count(*) FROM directory_actor"
    )


def test_restored_installation_equals_the_backup(
    installation: Installation, backup: Path, new_installation: Callable[[], Installation]
) -> None:
    other = new_installation()
    other.steiger("restore", str(backup))
    same = "SELECT slug, name, district FROM directory_actor ORDER BY slug"
    assert other.query(same) == installation.query(same)
    assert (other.folder / "uploads/logos/beispiel.svg").read_text() == "<svg/>"
    assert read_files(other.folder / "flood") == FLOOD
    assert (other.folder / "flood" / RAIN).stat().st_mtime == 1_700_000_000
    state = other.json("index", "status")
    assert state["indexed"] == state["published"] == len(installation.query(same))
    acts = other.query("SELECT act, reason FROM accounts_logentry ORDER BY id DESC LIMIT 1")
    made_at = json.loads(members_of(backup)["manifest.json"])["made_at"]
    assert acts == [("operations.restore", f"state of {made_at}")]


def test_restore_takes_back_what_came_after(installation: Installation, backup: Path) -> None:
    before = count(installation, "SELECT count(*) FROM directory_actor")
    uploads = installation.folder / "uploads"
    kept = sorted(uploads.rglob("*"))
    installation.execute("UPDATE directory_actor SET state = 'withdrawn'")
    (uploads / "later.txt").write_text("later")
    flood = installation.folder / "flood"
    write_files(flood, {"beispieltal/network.toml": b"later", "wupper/network.toml": b"later"})
    refused = installation.steiger("restore", str(backup), check=False)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    installation.steiger("restore", str(backup), "--replace")
    published = "SELECT count(*) FROM directory_actor WHERE state = 'published'"
    assert count(installation, published) == before
    assert uploads / "logos/beispiel.svg" in kept
    assert sorted(uploads.rglob("*")) == kept
    assert read_files(flood) == FLOOD


def test_backup_without_flood_networks_leaves_their_files_and_says_so(
    installation: Installation, backup: Path, tmp_path: Path
) -> None:
    members = {n: d for n, d in members_of(backup).items() if not n.startswith("flood/")}
    counts = json.loads(members["manifest.json"])["counts"]
    del counts["flood"]
    file = tmp_path / "old.tar.gz"
    write_members(file, members, counts=counts)
    told = installation.steiger("restore", str(file), "--replace").stdout
    assert "This backup holds no files of flood networks" in told
    assert read_files(installation.folder / "flood") == FLOOD | FLOOD_DRAFTS


def test_files_that_are_exchanged_meanwhile_are_copied_of_one_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, link = tmp_path / "flood", os.link
    names = ("wupper/network.toml", "wupper/observations.parquet")
    write_files(source, dict.fromkeys(names, b"old"))
    exchanges = [b"new", b"newer"]

    def link_slowly(path: Path, to: Path) -> None:
        link(path, to)
        if exchanges and path.name == "network.toml":
            content = exchanges.pop(0)
            for name in names:
                fresh = source / f"{name}.fresh"
                fresh.write_bytes(content)
                fresh.replace(source / name)

    monkeypatch.setattr(backing_up.os, "link", link_slowly)
    backing_up.copy_one_moment(source, tmp_path / "copy")
    assert read_files(tmp_path / "copy") == dict.fromkeys(names, b"newer")
    exchanges += [b"%d" % number for number in range(100)]
    with pytest.raises(BackupError, match="changed during the backup"):
        backing_up.copy_one_moment(source, tmp_path / "copy")


def test_network_that_is_exchanged_meanwhile_fits_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DATA_DIR, states = tmp_path, ["new", "newer"]
    network = tmp_path / "flood/wupper/network.toml"
    write_files(tmp_path / "flood", {"wupper/network.toml": b"old"})

    def dump(target: Path) -> None:
        # What the database says when it is copied; then somebody hands in another network.
        target.write_bytes(network.read_bytes())
        if states:
            fresh = network.with_suffix(".fresh")
            fresh.write_text(states.pop(0))
            fresh.replace(network)

    monkeypatch.setattr(backing_up, "dump", dump)
    target = tmp_path / "backup"
    target.mkdir()
    backing_up._copy_state(target)
    copied = (target / "flood/wupper/network.toml").read_text()
    assert ((target / "database").read_text(), copied) == ("newer", "newer")
    states += [str(number) for number in range(backing_up.TRIES)]
    with pytest.raises(BackupError, match="exchanged during the backup"):
        backing_up._copy_state(target)


def test_folder_without_second_names_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    write_files(tmp_path / "flood", FLOOD | FLOOD_DRAFTS)
    monkeypatch.setattr(backing_up.os, "link", refuse)
    backing_up.copy_one_moment(tmp_path / "flood", tmp_path / "copy")
    assert read_files(tmp_path / "copy") == FLOOD


def test_folders_are_all_swapped_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, data = tmp_path / "unpacked", tmp_path / "data"
    write_files(new, {"uploads/a": b"new", "flood/a": b"new"})
    write_files(data, {"uploads/a": b"old", "flood/a": b"old"})
    rename = Path.rename

    def rename_some(path: Path, to: Path) -> Path:
        if path == new / "flood":
            raise PermissionError(13, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", rename_some)
    places = {"uploads": data / "uploads", "flood": data / "flood"}
    with pytest.raises(PermissionError):
        putting_back._swap_folders(new, places)
    assert read_files(data) == {"uploads/a": b"old", "flood/a": b"old"}


def test_restore_under_a_running_server(installation: Installation, backup: Path) -> None:
    installation.start("serve")
    installation.wait_until_ready()
    installation.execute("UPDATE directory_actor SET state = 'withdrawn'")
    installation.steiger("index", "rebuild")
    wait_for(lambda: "steiger_index_documents 0.0" in installation.get("/metrics")[1])
    installation.steiger("restore", str(backup), "--replace")
    total = count(installation, "SELECT count(*) FROM directory_actor")
    figures = f"steiger_index_documents {float(total)}"
    wait_for(lambda: figures in installation.get("/metrics")[1], 10)


def test_backup_keeps_no_key(backup: Path, installation: Installation) -> None:
    key = (installation.folder / "secret_key").read_bytes()
    members = members_of(backup)
    folders = {name.split("/")[0] for name in members}
    assert folders == {"database", "manifest.json", "uploads", "flood"}
    assert "uploads/logos/beispiel.svg" in members
    assert all(key not in data for data in members.values())


def refused(installation: Installation, file: Path) -> str:
    """The one line with which a file is refused, while nothing changes."""
    table = "SELECT id, slug, state FROM directory_actor ORDER BY id"
    before = (installation.query(table), sorted(installation.folder.glob("uploads/**/*")))
    result = installation.steiger("restore", str(file), "--replace", check=False)
    after = (installation.query(table), sorted(installation.folder.glob("uploads/**/*")))
    assert (result.returncode, after) == (1, before)
    assert list(installation.folder.glob("restore-*")) == []
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_broken_files_are_refused(installation: Installation, backup: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.tar.gz"
    whole, members = backup.read_bytes(), members_of(backup)

    file.write_bytes(b"not a backup")
    assert "is no backup" in refused(installation, file)
    file.write_bytes(whole[: len(whole) // 2])
    assert "damaged or cut off" in refused(installation, file)
    file.write_bytes(gzip.compress(b"x" * 5_000_000))
    assert "no backup" in refused(installation, file)

    write_members(file, members, format=99)
    assert "form 99" in refused(installation, file)
    write_members(file, members, version="99.0.0")
    assert "version 99.0.0" in refused(installation, file)
    write_members(file, members, region="elsewhere")
    assert "elsewhere" in refused(installation, file)
    write_members(file, members, engine="oracle")
    assert "oracle" in refused(installation, file)


def test_tampered_members_are_refused(
    installation: Installation, backup: Path, tmp_path: Path
) -> None:
    file, members = tmp_path / "tampered.tar.gz", members_of(backup)
    files = json.loads(members["manifest.json"])["files"]

    write_members(file, members | {"uploads/logos/beispiel.svg": b"<svg!>"}, files=files)
    assert "checksum" in refused(installation, file)
    write_members(file, members | {"uploads/more": b""}, files=files)
    assert "not in the manifest" in refused(installation, file)
    for name in ("uploads/../../evil", "/evil", "uploads/a/../../../evil"):
        write_members(file, members | {name: b"evil"})
        assert "not a plain file inside" in refused(installation, file)
    assert not list(tmp_path.rglob("evil"))

    some = {name: data for name, data in members.items() if "svg" not in name}
    write_members(file, some, files=files)
    assert "missing" in refused(installation, file)
    write_members(file, members | {"database": b"SQLite format 3\0" + b"x" * 5000})
    refused(installation, file)


def test_link_in_a_backup_is_refused(
    installation: Installation, backup: Path, tmp_path: Path
) -> None:
    members, file = members_of(backup), tmp_path / "link.tar.gz"
    manifest = json.loads(members["manifest.json"])
    manifest["files"]["uploads/link"] = {"size": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    with tarfile.open(file, "w:gz") as tar:
        data = json.dumps(manifest).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("uploads/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert "not a plain file inside" in refused(installation, file)


def test_backup_that_cannot_be_written_keeps_the_old_one(
    installation: Installation, tmp_path: Path
) -> None:
    result = installation.steiger("backup", str(tmp_path / "none/backup.tar.gz"), check=False)
    assert result.returncode == 1
    assert result.stderr == f"steiger: There is no folder {tmp_path / 'none'}.\n"


@given(st.text(alphabet="ab./\\\0", max_size=12))
def test_safe_names_stay_inside(name: str) -> None:
    inside = (Path("/x") / name).resolve() if "\0" not in name else Path("/")
    for folder in ("uploads", "flood"):
        if safe(f"{folder}/{name}"):
            assert (Path("/x") / folder / name).resolve().is_relative_to(f"/x/{folder}")
    assert not safe(name) or inside.is_relative_to("/x")
