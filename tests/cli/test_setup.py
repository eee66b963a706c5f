"""Set-up: what is done is not done again, and every failure is one line with a log."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Any]:
    """The set-up program with a checkout of its own."""
    spec = importlib.util.spec_from_file_location("steiger_setup", ROOT / "scripts/setup.py")
    assert spec
    assert spec.loader
    module = types.ModuleType("steiger_setup")
    module = importlib.util.module_from_spec(spec)
    sys.modules["steiger_setup"] = module
    spec.loader.exec_module(module)
    module.ROOT, module.STATE = tmp_path, tmp_path / ".setup"  # type: ignore[attr-defined]
    module.STATE.mkdir()
    yield module
    del sys.modules["steiger_setup"]


def test_step_is_done_once_and_again_when_its_input_changes(setup: Any, tmp_path: Path) -> None:
    source, result = tmp_path / "in", tmp_path / "out"
    done = []
    for text in ("one", "one", "two"):
        source.write_text(text)
        step = setup.Step("Copy", setup.digest(source), result)
        if not step.done():
            with step:
                step.run("cp", source, result)
            done.append(result.read_text())
    assert done == ["one", "two"]


def test_step_is_done_again_when_its_result_is_gone(setup: Any, tmp_path: Path) -> None:
    result = tmp_path / "out"
    for _ in range(2):
        step = setup.Step("Touch", "same", result)
        assert not step.done()
        with step:
            step.run("touch", result)
        assert step.done()
        result.unlink()


def test_failed_step_is_one_line_with_reason_and_log(setup: Any, tmp_path: Path) -> None:
    step = setup.Step("Download", "x", tmp_path)
    script = "echo begin; echo 'error: no route to host'; echo 'A complete log is in x'; exit 3"
    with pytest.raises(setup.SetupError) as caught, step:
        step.run("sh", "-c", script)
    assert str(caught.value) == (
        "Download failed: error: no route to host. Whole output: .setup/log/download.log"
    )
    assert not step.done()
    assert "begin" in (tmp_path / ".setup/log/download.log").read_text()


def test_missing_program_is_one_line(setup: Any, tmp_path: Path) -> None:
    step = setup.Step("Build", "x", tmp_path)
    with pytest.raises(setup.SetupError, match="no-such-program cannot be started"), step:
        step.run("no-such-program")


def test_digest_sees_names_contents_and_absence(setup: Any, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    seen = {setup.digest(folder), setup.digest(folder / "a")}
    (folder / "a").write_text("x")
    seen |= {setup.digest(folder), setup.digest(folder / "a")}
    (folder / "a").rename(folder / "b")
    seen.add(setup.digest(folder))
    # A folder with one file has the hash of that file: its name is part of it.
    assert len(seen) == 4


def test_mirrors_follow_pip_and_leave_own_settings(
    setup: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = (
        ":env:.index-url='https://first.example/simple'\n"
        "global.index-url='https://second.example/simple'\n"
        "global.extra-index-url='https://a.example https://b.example'\n"
        "global.find-links='/x /y'\nglobal.cert='/ca.pem'\nnonsense\n"
    )
    answer = subprocess.CompletedProcess([], 0, listed, "")
    monkeypatch.setattr(setup.subprocess, "run", lambda *_, **__: answer)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_INDEX_STRATEGY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/own.pem")
    found = setup.mirrors()
    assert found["UV_DEFAULT_INDEX"] == "https://first.example/simple"
    assert found["UV_INDEX"] == "https://a.example https://b.example"
    assert found["UV_FIND_LINKS"] == "/x,/y"
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert "SSL_CERT_FILE" not in found


def test_installer_is_locked_with_hashes(setup: Any) -> None:
    setup.ROOT = ROOT
    lines = setup.locked("uv").splitlines()
    assert lines[0].startswith("uv==")
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    with pytest.raises(setup.SetupError, match=r"lock\.sh"):
        setup.locked("not-in-the-lock")


def test_old_node_is_not_taken(setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version, taken in (("v18.19.0", False), ("v20.0.0", True), ("v24.1.0", True)):
        for name in ("node", "npm"):
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\necho {version}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
        assert (setup.system_node() == [str(tmp_path / "npm")]) is taken
    (tmp_path / "npm").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup.system_node() is None


def test_nobody_but_root_installs_system_packages(
    setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    step = setup.Step("Chromium", "x", tmp_path)
    with pytest.raises(setup.SetupError, match="install it"), step:
        setup.install_from_system(step, "chromium", otherwise="Please install it.")


def test_old_python_is_one_line(setup: Any, capsys: pytest.CaptureFixture[str]) -> None:
    setup.NEEDS = (99, 0)
    assert setup.main() == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_program_parses_on_old_pythons() -> None:
    import ast

    text = (ROOT / "scripts/setup.py").read_text()
    ast.parse(text.replace("from __future__ import annotations\n", ""), feature_version=(3, 8))


def test_second_set_up_waits_for_the_first(setup: Any) -> None:
    import fcntl

    lock = setup.locked_alone()
    with (setup.STATE / "lock").open("w") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    del lock
    setup.locked_alone()
