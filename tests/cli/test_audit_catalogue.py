"""`steiger audit catalogue`: one line for what is wrong, JSON for machines, nothing by halves."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steiger.cli import main
from steiger.cli.audit import commands
from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.catalogue.reading import OWN


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", "catalogue", *words])


def test_own_catalogue_is_clean() -> None:
    result = run("lint")
    assert result.exit_code == 0
    assert result.stdout == (
        "Steiger catalogue for the examination of AI systems 2026.11.3 (61 indicators): "
        "nothing to find fault with.\n"
    )


def test_findings_have_file_and_id_and_code_1(tmp_path: Path) -> None:
    folder = shutil.copytree(OWN, tmp_path / "own")
    file = folder / "fairness.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"FN-Q2=livelihood"', '"FN-Q9=x"'))
    result = run("lint", str(folder))
    assert result.exit_code == 1
    line = "fairness.toml: FN-R1: there is no question 'FN-Q9' [broken_id]"
    assert line in result.stdout.splitlines()
    data = json.loads(run("lint", str(folder), "--json").stdout)
    assert {"file": "fairness.toml", "id": "FN-R1"}.items() <= data["findings"][0].items()
    assert data["format"] == "steiger-audit-lint/1"


def test_export_and_import_through_oscal(tmp_path: Path) -> None:
    file, folder = tmp_path / "own.json", tmp_path / "again"
    assert run("export", "--oscal", "--out", str(file)).exit_code == 0
    assert run("lint", str(file)).exit_code == 0
    result = run("import", str(file), "--oscal", "--out", str(folder), "--json")
    told = json.loads(result.stdout)
    assert (told["findings"], told["sha256"]) == (0, own_catalogue().digest())
    assert sorted(told["files"]) == sorted(path.name for path in folder.iterdir())
    assert json.loads(run("lint", str(folder), "--json").stdout)["sha256"] == told["sha256"]


def test_plain_export_names_its_digest() -> None:
    data = json.loads(run("export").stdout)
    assert data["sha256"] == own_catalogue().digest()
    assert len(data["indicators"]) == 61


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lint", "missing"], "missing: there is no such file or folder"),
        (["lint", "empty"], "empty: no catalogue. Expected a folder with catalogue.toml"),
        (["lint", "bad.json"], "no valid JSON"),
        (["export", "bad.json", "--out", "new.json"], "no valid JSON"),
        (["import", "bad.json", "--out", "new"], "no valid JSON"),
        (["import", "empty", "--oscal", "--out", "new"], "empty: this is no OSCAL file"),
        (["import", "bad.json", "--out", "empty"], "empty: exists already"),
    ],
)
def test_what_makes_no_sense_is_one_line_with_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.json").write_text("{")
    result = run(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.startswith("steiger: ")
    assert len(result.stderr.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "bad.json"}


def test_every_command_file_is_found_and_is_what_it_says() -> None:
    found = commands()
    assert "catalogue" in found
    for name, lazy in found.items():
        module, attribute = lazy.where.split(":")
        path = Path("src", *module.split(".")).with_suffix(".py")
        tree = ast.parse((Path(__file__).resolve().parents[2] / path).read_bytes())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert attribute == name
        assert name in functions
        assert lazy.text[0].isupper()
        assert lazy.text.endswith(".")


def test_runs_without_django_and_help_imports_no_engine() -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from click.testing import CliRunner\nfrom steiger.cli import main\n"
        "assert CliRunner().invoke(main, ['audit', '--help']).exit_code == 0\n"
        "assert not [m for m in sys.modules if m.startswith('steiger.engines')]\n"
        "assert CliRunner().invoke(main, ['audit', 'catalogue', 'lint']).exit_code == 0\n"
        "assert 'numpy' not in sys.modules\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
