"""Hostile model files refused, clean ones passed; side by side with modelscan and picklescan.

    python benchmarks/audit/file_scan.py [--clean-with PYTHON] [--scanners FOLDER]

`--clean-with` is the Python of an environment for `clean_models.py`; without it, the clean files
are those of tests/engines/audit/clean_models.zip. Those of `foreign_clean_models.py` are packed
beside them and always taken. `--scanners` is the `bin` folder of an
environment with modelscan and picklescan (pip install modelscan picklescan); without it, only
Steiger is measured. Refused: *not safe* here; for the others any finding at all, or a file that
they say they cannot read. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from factories.foreign_hostile_models import foreign_hostile_files  # noqa: E402 - beside the tests
from factories.hostile_models import hostile_files  # noqa: E402
from steiger.engines.audit.scan import scan_file  # noqa: E402

#: The kinds that the issue names; each must be among the hostile files.
NAMED = {
    "call importlib.import_module", "call torch.hub.load", "call code.interact", "zipped pickle",
    "pickle in zip in tar", "pickle as .safetensors", "joblib, zlib",
}  # fmt: skip


def write_hostile(folder: Path) -> dict[str, Path]:
    """Each case in a folder of its own, under the name that its kind would have."""
    found = {}
    for number, case in enumerate([*hostile_files(), *foreign_hostile_files()]):
        path = folder / str(number) / case.file
        path.parent.mkdir(parents=True)
        path.write_bytes(case.content)
        found[case.name] = path
    return found


def write_clean(folder: Path, python: str | None) -> dict[str, Path]:
    """Clean files, made anew or those that are packed with the tests."""
    if python:
        script = Path(__file__).with_name("clean_models.py")
        subprocess.run([python, "-W", "ignore", str(script), str(folder)], check=True)
    else:
        with zipfile.ZipFile(ROOT / "tests/engines/audit/clean_models.zip") as archive:
            archive.extractall(folder)
    with zipfile.ZipFile(ROOT / "tests/engines/audit/foreign_clean_models.zip") as archive:
        archive.extractall(folder)
    return {path.name: path for path in sorted(folder.iterdir())}


def steiger(paths: dict[str, Path]) -> tuple[set[str], float]:
    """Names that are refused, and seconds for all."""
    begin = time.perf_counter()
    refused = {name for name, path in paths.items() if scan_file(path).verdict == "not_safe"}
    return refused, time.perf_counter() - begin


def picklescan(bin_folder: Path, paths: dict[str, Path]) -> set[str]:
    """Exit code 1: findings; 2: it failed, which a careful operator takes for a refusal."""
    command = [str(bin_folder / "picklescan"), "-p"]
    return {
        name
        for name, path in paths.items()
        if subprocess.run([*command, str(path)], capture_output=True, check=False).returncode
    }


def modelscan(bin_folder: Path, paths: dict[str, Path]) -> set[str]:
    """Exit code 1: findings; 2: it failed. Code 3 (no supported file) is no finding."""
    command = [str(bin_folder / "modelscan"), "-p"]
    codes = {
        name: subprocess.run([*command, str(path)], capture_output=True, check=False).returncode
        for name, path in paths.items()
    }
    return {name for name, code in codes.items() if code in (1, 2)}


def row(refused: set[str], hostile: dict[str, Path], refused_clean: set[str]) -> dict[str, Any]:
    """One tool's figures."""
    return {
        "hostile_refused": len(refused),
        "missed": sorted(set(hostile) - refused),
        "clean_refused": sorted(refused_clean),
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--clean-with")
    options.add_argument("--scanners", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        hostile = write_hostile(Path(name) / "hostile")
        clean = write_clean(Path(name) / "clean", chosen.clean_with)
        (refused, one), (refused_clean, two) = steiger(hostile), steiger(clean)
        passed = {n for n, path in clean.items() if scan_file(path).verdict == "safe"}
        tools = {"steiger": row(refused, hostile, refused_clean)}
        tools["steiger"]["seconds"] = round(one + two, 2)
        if chosen.scanners:
            for tool in (picklescan, modelscan):
                found = tool(chosen.scanners, hostile)
                tools[tool.__name__] = row(found, hostile, tool(chosen.scanners, clean))
        print(json.dumps({"hostile": len(hostile), "clean": len(clean), "tools": tools}, indent=1))
        assert set(hostile) >= NAMED
        assert refused == set(hostile), sorted(set(hostile) - refused)
        assert passed == set(clean), sorted(set(clean) - passed)


if __name__ == "__main__":
    main()
