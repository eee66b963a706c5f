"""Our catalogue is complete; the reader refuses what has no meaning; what is written reads back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from factories.audit_catalogue import catalogues, make_catalogue
from steiger.engines.audit.catalogue import (
    Catalogue,
    CatalogueError,
    Level,
    Need,
    own_catalogue,
    read_catalogue,
)
from steiger.engines.audit.catalogue.reading import OWN
from steiger.engines.audit.catalogue.writing import write_catalogue
from steiger.engines.audit.checks.finding import all_checks

CHECKS = {
    *["performance_with_intervals", "calibration", "conformal_coverage", "slice_discovery"],
    *["robustness_noise", "robustness_missing_values", "robustness_corruptions"],
    *["adversarial_robustness", "certified_robustness", "drift", "demographic_parity"],
    *["group_error_rates", "intersectional_groups", "proxy_of_protected_attribute"],
    *["label_leakage", "post_outcome_columns", "train_test_duplicates", "label_errors"],
    *["missingness_per_group", "attribution_accuracy", "honest_explanation"],
    *["documentation_completeness", "model_file_scan", "backdoor_search"],
    *["model_stealing_surface", "membership_inference", "k_anonymity", "memorised_canaries"],
    *["text_refusal_consistency", "text_name_swap", "text_canary_leak", "text_prompt_injection"],
}


def stored(catalogue: Catalogue, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in write_catalogue(catalogue).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_own_catalogue_has_what_it_promises() -> None:
    own = own_catalogue()
    assert [item.id for item in own.dimensions] == ["FN", "AK", "TR", "VE", "SI", "DS"]
    assert (len(own.criteria), len(own.indicators), len(own.questions)) == (19, 61, 42)
    assert {item.check for item in own.methods} == CHECKS
    assert own.demanded(Need.HIGH) is Level.B
    assert own.use is not None
    assert len(own.use.classes) == 25
    assert len([item for item in own.contents if item.id.startswith("annex_iv")]) == 16


def test_figures_can_reach_what_is_demanded_of_them() -> None:
    for method in own_catalogue().methods:
        declared = {one.name: one for one in all_checks()[method.check].thresholds}
        for figure in method.figures:
            least, most = declared[figure.name].within
            assert figure.better == declared[figure.name].better
            assert least <= min(figure.moderate, figure.high)
            assert max(figure.moderate, figure.high) <= most


def test_every_dimension_can_reach_every_need_and_is_tested_at_high_need() -> None:
    own = own_catalogue()
    for dimension in own.dimensions:
        needs = {rule.need for rule in own.need_rules if rule.dimension == dimension.id}
        assert needs == {Need.MODERATE, Need.HIGH}
        inside = [x for c in own.criteria_of(dimension.id) for x in own.indicators_of(c.id)]
        assert any(item.compulsory(Need.MODERATE) for item in inside)
        tested = [item.id for item in inside if own.methods_for(item.id)]
        # Whether people can step in cannot be measured on a model.
        assert bool(tested) == (dimension.id != "AK")


def test_describe_gives_the_level_asked_for() -> None:
    indicator = own_catalogue().indicators[0]
    assert indicator.describe(Level.A) == indicator.levels[0]
    assert indicator.describe(Level.D) == indicator.levels[3]


def test_digest_follows_content_and_not_files() -> None:
    own = own_catalogue()
    assert replace(own, files={}).digest() == own.digest()
    first = replace(own.indicators[0], compulsory_from=None)
    assert replace(own, indicators=(first, *own.indicators[1:])).digest() != own.digest()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "fairness.toml",
            'kind = "analysis"',
            'kind = "anlysis"',
            "FN1.1, kind: 'anlysis' is unknown",
        ),
        (
            "fairness.toml",
            'id = "FN1.2"',
            'id = "FN1.1"',
            "FN1.1: the id is taken, in fairness.toml",
        ),
        ("fairness.toml", 'id = "FN1.1"', 'id = "FN 1.1"', "'FN 1.1' is no id"),
        ("fairness.toml", "[[rule]]", "[[rules]]", "rules: no such field"),
        ("fairness.toml", '"FN-Q1=decides"', '"FN-Q1 decides"', "is no condition of the form"),
        ("fairness.toml", "compulsory_from", "compulsory_form", "FN1.1, compulsory_form: no such"),
        ("ai_act.toml", "2025-02-02", '"2025-02-02"', "applies_from: expected date"),
        ("methods.toml", "moderate = 0.8", 'moderate = "0.8"', "expected float"),
        (
            "catalogue.toml",
            '"privacy.toml"',
            '"../privacy.toml"',
            "must lie in the catalogue's own",
        ),
        ("catalogue.toml", 'high = "B"', 'high = "E"', "target, high: 'E' is unknown"),
        ("general.toml", "text = {", "text = {{", "general.toml: no valid TOML"),
    ],
)
def test_reader_names_file_entry_and_field(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    folder = shutil.copytree(OWN, tmp_path / "own")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(folder)
    assert told in str(refused.value)
    assert file in str(refused.value)


def test_missing_and_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="the file is missing"):
        read_catalogue(tmp_path)
    (tmp_path / "catalogue.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match="not UTF-8"):
        read_catalogue(tmp_path)
    (tmp_path / "catalogue.toml").write_bytes(b"#" * 4_000_001)
    with pytest.raises(CatalogueError, match="larger than"):
        read_catalogue(tmp_path)


def test_own_catalogue_is_written_and_read_back(tmp_path: Path) -> None:
    own = own_catalogue()
    again = read_catalogue(stored(own, tmp_path / "again"))
    assert again == own
    assert again.digest() == own.digest()


@settings(max_examples=40)
@given(catalogues())
def test_any_catalogue_is_written_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> None:
    assert read_catalogue(stored(catalogue, tmp_path_factory.mktemp("any"))) == catalogue


def test_ids_that_are_paths_are_not_written() -> None:
    one = make_catalogue()
    bad = replace(one, dimensions=(replace(one.dimensions[0], id="../../x"),))
    with pytest.raises(CatalogueError, match="is no id"):
        write_catalogue(bad)


def test_catalogue_and_installed_checks_speak_of_the_same() -> None:
    for method in own_catalogue().methods:
        check = all_checks()[method.check]
        declared = {(row.name, row.better) for row in check.thresholds}
        assert {(row.name, row.better) for row in method.figures} <= declared, method.check
        # Nothing is compulsory for systems that the check cannot look at.
        assert set(method.tasks) <= {str(task) for task in check.tasks}, method.check
        assert set(method.modalities) <= {str(x) for x in check.modalities}, method.check
