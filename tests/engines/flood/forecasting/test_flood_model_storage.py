"""A model on the disk: all of it or none, and not a byte changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from factories import flood_core
from factories.flood_valley import small_model, valley
from steiger.engines.flood.forecasting import ForecastError, Model, load_model, save_model
from steiger.engines.flood.forecasting import storage as storing
from steiger.engines.flood.network import Kind, Network

OTHER = Model({**small_model().origin, "first": "changed"}, {"a": b"1"}, {}, flood_core.NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save_model(small_model(), tmp_path / "model")


def load(folder: Path) -> Model:
    return load_model(folder, core=flood_core.NAME)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_loaded_model_is_the_saved_one(folder: Path) -> None:
    model = load(folder)
    assert (model.digest, model.files()) == (small_model().digest, small_model().files())
    assert model.origin == small_model().origin


def test_saved_twice_is_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    other = save_model(small_model(), tmp_path / "other")
    assert [p.relative_to(folder) for p in files(folder)] == [
        p.relative_to(other) for p in files(other)
    ]
    assert [p.read_bytes() for p in files(folder)] == [p.read_bytes() for p in files(other)]


def test_manifest_tells_where_the_model_comes_from(folder: Path) -> None:
    origin = json.loads((folder / "manifest.json").read_text())["origin"]
    network, _ = valley()
    assert origin["network_digest"] == network.digest()
    assert origin["settings"] == {"leads": [3600.0, 10800.0, 43200.0], "profile": "full", "seed": 0}
    assert {"steiger", "code", "observations_digest", "first", "last", "rows"} <= set(origin)


def test_every_changed_byte_is_found(folder: Path) -> None:
    for path in files(folder):
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(ForecastError):
            load(folder)
        path.write_bytes(content)
    load(folder)


def test_missing_file_is_named(folder: Path) -> None:
    victim = next(path for path in files(folder) if path.name == "model.json")
    victim.unlink()
    with pytest.raises(ForecastError, match=r"0001_quellenau/model\.json: the model lacks"):
        load(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "steiger-flood-model/1"}', "\xff"])
def test_damaged_manifest_is_named(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(ForecastError, match=r"manifest\.json"):
        load(folder)


def test_manifest_cannot_lead_out_of_the_folder(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../../secret"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ForecastError, match="outside of the model"):
        load(folder)


def test_model_of_another_core_is_refused(folder: Path) -> None:
    with pytest.raises(ForecastError, match="was trained with the core"):
        load_model(folder, core="json")


def test_new_model_replaces_the_old_one(folder: Path) -> None:
    save_model(OTHER, folder)
    assert load(folder).digest == OTHER.digest
    assert {path.name for path in folder.iterdir()} == {"manifest.json", OTHER.digest[:16]}


@pytest.mark.parametrize("when", ["files", "manifest"])
def test_old_model_stays_if_writing_stops(
    folder: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        *((storing.os, "fsync") if when == "files" else (storing, "write_atomically")), stops
    )
    with pytest.raises(KeyboardInterrupt):
        save_model(OTHER, folder)
    monkeypatch.undo()
    assert load(folder).digest == small_model().digest
    save_model(OTHER, folder)
    assert {path.name for path in folder.iterdir()} == {"manifest.json", OTHER.digest[:16]}


def test_reader_survives_a_replacement(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = storing.read_manifest, 0

    def replaced_after_reading(place: Path) -> object:
        nonlocal calls
        calls += 1
        manifest = original(place)
        if calls == 1:
            save_model(OTHER, folder)
        return manifest

    monkeypatch.setattr(storing, "read_manifest", replaced_after_reading)
    assert load(folder).digest == OTHER.digest


def test_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(ForecastError, match=r"letters\.txt"):
        save_model(small_model(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("")
    for place in (tmp_path / "model", tmp_path / "model" / "deeper"):
        with pytest.raises(ForecastError, match="file"):
            save_model(small_model(), place)


def test_no_model_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ForecastError, match="steiger flood train"):
        load(tmp_path / "none")


def test_renamed_folder_still_is_the_model(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder, tmp_path / "elsewhere")
    assert load(tmp_path / "elsewhere").digest == small_model().digest


def with_sensor(**change: object) -> Network:
    network, _ = valley()
    first, *rest = network.sensors
    return replace(network, sensors=(replace(first, **change), *rest))


def test_warning_levels_and_names_may_change() -> None:
    small_model().check_fits(with_sensor(warning_levels=(0.3, 0.4), name="Neu", lat=50.0, lon=7.0))


@pytest.mark.parametrize(
    ("network", "word"),
    [
        (with_sensor(kind=Kind.DISCHARGE, unit="m3/s", source_unit=""), "was water_level in m"),
        (
            replace(valley()[0], sensors=valley()[0].sensors[10:]),
            "missing",
        ),
        (replace(valley()[0], step=timedelta(minutes=15)), "knows a step of 3600 s"),
    ],
)
def test_other_meaning_is_refused(network: Network, word: str) -> None:
    with pytest.raises(ForecastError, match=word):
        small_model().check_fits(network)
