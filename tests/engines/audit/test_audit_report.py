"""The report: each sentence with a figure leads to an evidence file; undecidable is said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from factories.audit_folders import (
    CURVE,
    RATES,
    audit_folder,
    measurement,
    requirement,
    results,
    verdict,
)
from steiger.engines.audit.report import (
    Chapters,
    Language,
    ReportError,
    Sentence,
    Table,
    Text,
    compose,
    read_report,
)
from steiger.engines.audit.report.words import figure


def chapters(folder: Path, language: Language = "de", **facts: Any) -> Chapters:
    return compose(read_report(audit_folder(folder), **facts), language)


def sentences(made: Chapters) -> list[Sentence]:
    return [b for c in made.chapters for b in c.blocks if isinstance(b, Sentence)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sentence_with_a_figure_leads_to_a_file_that_is_there(
    language: Language, tmp_path: Path
) -> None:
    made = chapters(tmp_path, language)
    with_figures = [s for s in sentences(made) if re.search(r"\d", s.text)]
    assert len(with_figures) >= 4
    for sentence in with_figures:
        assert sentence.evidence, sentence.text
        assert all((tmp_path / name).is_file() for name in sentence.evidence)


def test_undecidable_is_an_answer_of_its_own(tmp_path: Path) -> None:
    made = chapters(tmp_path)
    titles = [chapter.title for chapter in made.chapters]
    assert titles.index("Nicht entscheidbar") < titles.index("Erfüllt")
    text = " ".join(sentence.text for sentence in sentences(made))
    assert "1 erfüllt, 0 nicht erfüllt und 1 nicht entscheidbar" in text
    assert "Sie zählt nicht als erfüllt" in text
    assert "drift: Die Prüfung konnte nicht laufen; es fehlt: Daten aus dem Betrieb." in text


def test_figures_stand_beside_interval_threshold_and_evidence(tmp_path: Path) -> None:
    made = sentences(chapters(tmp_path))
    (one,) = [s for s in made if s.text.startswith("Mittlerer Abstand von genannter")]
    assert "0,0123; 95-%-Intervall 0,0101 bis 0,0149, aus 1500 Beobachtungen" in one.text
    assert "verlangt: höchstens 0,05. Urteil: erfüllt." in one.text
    assert one.evidence == (CURVE,)
    (open_end,) = [s for s in made if s.text.startswith("Abstand des Anteils zu Unrecht")]
    assert "−0,02 bis ∞" in open_end.text
    assert open_end.evidence == (RATES,)


@pytest.mark.parametrize(
    ("check", "subject", "german", "english"),
    [
        ("robustness_missing_values", "5%", "(5\u00a0%): ", "(5%): "),
        ("robustness_noise", "σ × 0.05", "(σ × 0,05): ", "(σ × 0.05): "),
        ("robustness_corruptions", "blur", "(Unschärfe): ", "(blur): "),
        ("group_error_rates", "sex: 0.5", "(sex: 0.5): ", "(sex: 0.5): "),  # as the data says
    ],
)
def test_what_a_figure_is_about_is_told_in_the_language(
    tmp_path: Path, check: str, subject: str, german: str, english: str
) -> None:
    folder = audit_folder(tmp_path)
    content = verdict()
    about = {"check": check, "name": "loss_of_quality", "subject": subject, "count": 12345}
    content["measurements"] = [measurement(**about)]
    content["requirements"] = [requirement(check, "met", "RE1.1")]
    (folder / "verdict.json").write_text(json.dumps(content, ensure_ascii=False))
    report = read_report(folder)
    for language, words, count in (("de", german, "12.345"), ("en", english, "12,345")):
        text = " ".join(one.text for one in sentences(compose(report, language)))
        assert words in text
        assert f" {count} " in text


def test_missing_steps_of_a_series_are_among_the_limits(tmp_path: Path) -> None:
    folder = audit_folder(tmp_path)
    content = results()
    months = [f"2025-{month:02}" for month in (1, 3, 5, 7, 9, 11)]
    gaps = [{"first": month, "last": month, "count": 1} for month in months]
    content["missing_steps"] = [*gaps, {"first": "2026-02", "last": "2026-03", "count": 2}]
    (folder / "results.json").write_text(json.dumps(content))
    report = read_report(folder)
    german, english = (
        " ".join(one.text for one in sentences(compose(report, language)))
        for language in ("de", "en")
    )
    told = "2025-01, 2025-03, 2025-05, 2025-07, 2025-09"
    assert f"In der Zeitspalte fehlen 8 Schritte: {told} und 2 weitere Lücken." in german
    assert f"8 steps are missing in the column of times: {told} and 2 more gaps." in english


def test_names_come_from_the_catalogue_where_they_are_known(tmp_path: Path) -> None:
    made = chapters(tmp_path, names={"FN3.1": Text("Gleiche Fehlerraten", "Equal error rates")})
    assert any("Gleiche Fehlerraten" in chapter.title for chapter in made.chapters)


def test_report_without_examiner_says_that_it_is_a_self_check(tmp_path: Path) -> None:
    assert ("Geprüft von", "Selbstprüfung") in chapters(tmp_path).facts
    assert ("Geprüft von", "Haus X") in chapters(tmp_path, examiner="Haus X").facts


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Aufgabe", "Ordnet in Klassen ein", "Drift: Die Prüfung brach ab; das Programm m"]),
        ("en", ["Task", "Sorts into classes", "Drift: The check ended; it says: x."]),
    ],
)
def test_report_speaks_its_language(language: Language, words: list[str], tmp_path: Path) -> None:
    audit_folder(tmp_path)
    told = results()
    title = {"de": "Drift", "en": "Drift"}
    told["checks"] = [{"id": "drift", "title": title, "state": "failed", "reason": "x"}]
    (tmp_path / "results.json").write_text(json.dumps(told))
    made = compose(read_report(tmp_path), language)
    text = " ".join([*(sentence.text for sentence in sentences(made)), *sum(made.facts, ())])
    for word in words:
        assert word in text
    for identifier in ("expected_calibration_error", "false_positive_rate", "classification"):
        assert identifier not in text


def test_thresholds_other_than_the_catalogues_are_told(tmp_path: Path) -> None:
    audit_folder(tmp_path)
    deviation = {"check": "calibration", "name": "expected_calibration_error", "better": "below"}
    told = verdict() | {"deviations": [{**deviation, "threshold": 0.5, "demanded": 0.05}]}
    (tmp_path / "verdict.json").write_text(json.dumps(told))
    made = compose(read_report(tmp_path), "de")
    text = " ".join(sentence.text for sentence in sentences(made))
    assert text.count("anders gesetzt sind, als der Prüfkatalog verlangt: 1.") == 2
    assert "der Katalog verlangt höchstens 0,05)" in text
    (chapter,) = [one for one in made.chapters if one.title == "Abweichende Schwellen"]
    table = chapter.blocks[-1]
    assert isinstance(table, Table)
    assert table.rows[0][2:] == ("höchstens 0,5", "höchstens 0,05")
    titles = [one.title for one in chapters(tmp_path / "none").chapters]
    assert "Abweichende Schwellen" not in titles


def test_report_names_the_class_that_counts_as_good(tmp_path: Path) -> None:
    audit_folder(tmp_path)
    told = results()
    told["audit"]["favourable"] = "bewilligt"
    (tmp_path / "results.json").write_text(json.dumps(told))
    facts = compose(read_report(tmp_path), "de").facts
    assert ("Gut für Betroffene", "bewilligt") in facts
    assert "Gut für Betroffene" not in dict(chapters(tmp_path / "older").facts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measurements": [measurement(evidence=["no.csv"])]}, "is not there"),
        ({"measurements": [measurement(evidence=[])]}, "without an evidence file"),
        ({"measurements": [measurement(verdict="good")]}, "is no verdict"),
        ({"measurements": [measurement(low=1.0)]}, "does not hold the estimate"),
        ({"requirements": [{}]}, "another form"),
        ({"format": "x"}, "format steiger-audit-verdict/1"),
    ],
)
def test_results_that_make_no_sense_are_one_clear_error(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    audit_folder(tmp_path)
    (tmp_path / "verdict.json").write_text(json.dumps({**verdict(), **change}))
    with pytest.raises(ReportError, match=words):
        read_report(tmp_path)


def test_folder_without_an_audit_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="steiger audit run"):
        read_report(tmp_path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.2799, "0,2799"),
        (-0.149448, "−0,1494"),
        (32561.0, "32.561"),
        (0.0, "0"),
        (1e-9, "1 · 10^−9"),
    ],
)
def test_figures_are_written_in_the_language(value: float, text: str) -> None:
    assert figure(value, "de") == text
    assert figure(float("inf"), "de") == "∞"
