"""The house is as its plan says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
WEB = ROOT / "src/steiger/web"


def rooms() -> list[str]:
    """Names of the rooms (folders with an apps.py)."""
    return sorted(path.parent.name for path in WEB.glob("*/apps.py"))


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("room", rooms())
def test_room_says_what_it_is_for(room: str) -> None:
    readme = WEB / room / "README.md"
    assert readme.is_file(), f"{room} needs a README.md: what it is for, its words, who may enter"
    assert 3 <= len(readme.read_text().splitlines()) <= 40


@pytest.mark.parametrize("room", rooms())
def test_room_is_held_by_the_layer_contract(room: str) -> None:
    contract = next(
        c for c in CONFIG["tool"]["importlinter"]["contracts"] if c["name"].startswith("Inside")
    )
    assert f"steiger.web.{room}" in contract["containers"]


def test_engine_dependencies_are_a_part_of_the_products() -> None:
    everything = set(CONFIG["project"]["dependencies"])
    assert set(CONFIG["dependency-groups"]["engines"]) <= everything


def test_locks_name_no_address() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "frontend/package-lock.json"]
    assert len(locks) >= 4
    for lock in locks:
        text = lock.read_text()
        assert '"resolved"' not in text, lock
        assert "--index-url" not in text, lock
        assert "file:" not in text, lock


def test_version_stands_in_one_place() -> None:
    import steiger

    assert CONFIG["project"]["version"] == steiger.__version__


def test_all_tests_can_be_collected_together() -> None:
    """As ``make test`` does; files outside packages are told apart by their names alone."""
    files = (
        p for p in (ROOT / "tests").rglob("test_*.py") if not (p.parent / "__init__.py").exists()
    )
    assert [name for name, n in Counter(p.name for p in files).items() if n > 1] == []
