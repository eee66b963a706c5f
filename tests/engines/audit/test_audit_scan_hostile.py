"""Hostile model files are refused, and naive loading of them would have run their payload."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factories.foreign_hostile_models import foreign_hostile_files
from factories.hostile_models import MODULE, TORCH_HUB, Hostile, hostile_files
from steiger.engines.audit.scan import scan_file
from steiger.engines.audit.scan.onnx_files import NotOnnxError, external_files

CASES = [*hostile_files(), *foreign_hostile_files()]
#: Runs each loader in a process and a folder of its own.
DRIVER = """
import json, os, sys
for folder, path, loader in json.load(open(sys.argv[1])):
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        sys.path.insert(0, folder)
        sys.stdin = open("input")
        os.dup2(os.open("input", os.O_RDONLY), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            exec(loader, {"path": path})
        finally:
            os._exit(0)
    os.waitpid(child, 0)
"""


def written(case: Hostile, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / case.file
    path.write_bytes(case.content)
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_is_not_safe(case: Hostile, tmp_path: Path) -> None:
    result = scan_file(written(case, tmp_path))
    assert result.verdict == "not_safe", case.name
    assert result.reasons
    assert all(reason.text("de") and reason.text("en") for reason in result.reasons)
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_naive_loading_runs_the_payload(tmp_path: Path) -> None:
    jobs = []
    for number, case in enumerate(case for case in CASES if case.loader):
        folder = tmp_path / str(number)
        path = written(case, folder)
        (folder / "steiger_payload.py").write_text(MODULE)
        (folder / "input").write_text("open('ran','w').close()\n")
        (folder / "torch").mkdir()
        (folder / "torch/__init__.py").write_text("")
        (folder / "torch/hub.py").write_text(TORCH_HUB)
        jobs.append((str(folder), str(path), case.loader, case.name))
    assert len(jobs) >= 25
    (tmp_path / "jobs.json").write_text(json.dumps([job[:3] for job in jobs]))
    subprocess.run([sys.executable, "-c", DRIVER, str(tmp_path / "jobs.json")], check=True)
    for _ in range(50):
        # A payload may have started a process that is still on its way.
        missing = [job[3] for job in jobs if not (Path(job[0]) / "ran").exists()]
        if not missing:
            break
        time.sleep(0.05)
    assert missing == []


def test_nothing_is_imported_by_a_scan(tmp_path: Path) -> None:
    """A scan in a fresh process loads neither what the files name nor any heavy library."""
    case = next(case for case in CASES if case.name == "call importlib.import_module")
    path = written(case, tmp_path)
    (tmp_path / "steiger_payload.py").write_text(MODULE)
    code = (
        "import sys; from pathlib import Path; from steiger.engines.audit.scan import scan_file\n"
        f"scan_file(Path({str(path)!r}))\n"
        "heavy = {'numpy', 'sklearn', 'joblib', 'torch', 'steiger_payload', 'lightgbm'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert not (tmp_path / "ran").exists()


def test_reason_names_the_function_and_the_member(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "pickle in zip in tar")
    reasons = scan_file(written(case, tmp_path)).reasons
    assert any(
        reason.where == "models.tar!a.zip!m.pkl" and reason.what == "builtins.exec"
        for reason in reasons
    )


def test_onnx_of_very_many_parts_is_given_up_at_once() -> None:
    with pytest.raises(NotOnnxError, match="too many parts"):
        external_files(b"\x08\x09" * 200_000 + b"location")
