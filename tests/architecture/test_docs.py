"""The documentation says what the code does, and its tutorials run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_reference_is_up_to_date() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text()
    missing = [path.name for path in folder.glob("0*.md") if path.name not in listed]
    assert missing == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/decisions").glob("0*.md")), ids=lambda p: p.stem
)
def test_decision_names_what_was_rejected(path: Path) -> None:
    assert "Rejected" in path.read_text()


@pytest.mark.parametrize(
    "path",
    [p for p in sorted((ROOT / "docs/tutorials").glob("*.md")) if BLOCK.search(p.read_text())],
    ids=lambda p: p.stem,
)
def test_tutorial_runs_without_django(path: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(path.read_text())
    code = "import sys\nsys.modules['django'] = None\n" + "\n".join(blocks)
    script = tmp_path / f"{path.stem}.py"
    script.write_text(code)
    result = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
