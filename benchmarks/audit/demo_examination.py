"""Makes the results of the two invented examinations that a demonstration shows.

    python benchmarks/audit/demo_examination.py

Invented castings, a small net trained on them, a model card; then `steiger audit run` with what is
compulsory for the protection need, as the room of examinations runs it. Writes
`src/steiger/web/audits/domain/demo_files/` anew; nothing in it is written by hand. Prints JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from steiger.engines.audit.dense_training import train_dense

TARGET = Path(__file__).parents[2] / "src/steiger/web/audits/domain/demo_files"
FEATURES = tuple(f"klang_{band}" for band in range(1, 13))
SECTIONS = {
    "Modell und Version": "Ein kleines neuronales Netz mit 16 inneren Knoten, Fassung 1.2.",
    "Zweckbestimmung": "Es sortiert Gussteile nach Messwerten; ein Mensch sieht danach hin.",
    "Einflussgrößen": "Gemessen wird der Klang beim Anschlagen, in zwölf Tonlagen.",
    "Gütemaße und Leistung": "Gemessen wird der Anteil richtiger Antworten auf fremden Teilen.",
    "Testdaten": "Achttausend erfundene Teile aus einer anderen Woche als die Trainingsdaten.",
    "Trainingsdaten": "Dreitausend erfundene Teile, vor dem Training einmal durchgesehen.",
    "Quantitative Ergebnisse": "Die Ergebnisse mit ihren Intervallen stehen im Prüfbericht.",
    "Ethische Überlegungen": "Es geht um Sachen, nicht um Menschen; niemand wird bewertet.",
    "Grenzen und Hinweise": "Für andere Gussteile als diese ist das Netz nicht gemacht worden.",
    "Allgemeine Beschreibung": "Das Netz läuft auf einem Rechner neben der Gießstrecke im Werk.",
    "Entwicklung und Entwicklungsverfahren": "Trainiert in der Werkstatt, mit festem Startwert.",
    "Überwachung, Funktion und Kontrolle": "Die Schichtleitung sieht jede Aussortierung an.",
    "Angemessenheit der Leistungskennzahlen": "Ein übersehener Riss kostet am meisten Geld.",
    "Risikomanagement": "Risiken werden vierteljährlich durchgesehen und aufgeschrieben.",
    "Änderungen im Lebenszyklus": "Jede neue Fassung wird vor dem Einsatz erneut gemessen.",
    "Normen und Standards": "Es gilt die Werksnorm für Gussteile; weitere Normen nicht.",
    "EU-Konformitätserklärung": "Eine Erklärung ist für diese Art von System nicht verlangt.",
    "Beobachtung nach dem Inverkehrbringen": "Monatlich werden hundert Teile nachgemessen.",
    "Menschliche Aufsicht": "Ein Mensch kann jede Entscheidung des Netzes ändern oder anhalten.",
    "Kontakt": "Fragen beantwortet die Qualitätsstelle der erfundenen Beispiel Gießerei gerne.",
}
ALWAYS = "Diese Karte ist erfunden und gehört zur Vorführung der Plattform."
#: Name → needs, checks that the room makes compulsory for them.
EXAMINATIONS = {
    "risserkennung": (
        {"VE": "moderate", "TR": "moderate", "SI": "moderate"},
        (
            *("performance_with_intervals", "calibration", "robustness_noise"),
            *("robustness_missing_values", "label_leakage", "post_outcome_columns"),
            *("train_test_duplicates", "documentation_completeness", "model_file_scan"),
        ),
    ),
    "terminvorschlag": ({"TR": "moderate"}, ("documentation_completeness",)),
}


def castings(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Invented sounds in twelve bands, (N, 12), and whether a part is cracked, (N,)."""
    crack = rng.normal(size=count)
    values = crack[:, None] + rng.normal(0, 0.7, (count, len(FEATURES)))
    return values, (rng.random(count) < 1 / (1 + np.exp(-6 * crack))).astype(int)


def write_csv(path: Path, values: np.ndarray, cracked: np.ndarray) -> None:
    """A table."""
    lines = [",".join((*FEATURES, "befund"))]
    for row, bad in zip(values, cracked, strict=True):
        lines.append(",".join([*(f"{v:.5f}" for v in row), "riss" if bad else "gut"]))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def prepared(home: Path, name: str, seed: int) -> Path:
    """The folder of one examination; returns its audit.toml."""
    rng = np.random.default_rng(seed)
    training, test = castings(3000, rng), castings(8000, rng)
    write_csv(home / "training.csv", *training)
    write_csv(home / "test.csv", *test)
    # Classes in order: gut, riss.
    net = train_dense(*training, (16,), features=FEATURES, seed=seed, epochs=12)
    tensors: dict[str, np.ndarray] = {}
    for at, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        tensors |= {f"{at}.weight": weight.copy(), f"{at}.bias": bias.copy()}
    save_file(tensors, home / "modell.safetensors")
    card = "\n".join(f"## {head}\n\n{text} {ALWAYS}\n" for head, text in SECTIONS.items())
    (home / "modellkarte.md").write_text(f"# Beispiel\n\n{card}", "utf-8")
    needs, checks = EXAMINATIONS[name]
    plan = home / "audit.toml"
    lines = [
        *("[audit]", f'name = "Beispiel {name}"', 'task = "classification"'),
        *('modality = "tabular"', f"seed = {seed}", f"checks = {json.dumps(checks)}"),
        *("[model]", 'kind = "safetensors"', 'path = "modell.safetensors"'),
        f"features = {json.dumps(FEATURES)}",
        'classes = ["gut", "riss"]',
        *("[data]", 'test = "test.csv"', 'training = "training.csv"', 'target = "befund"'),
        *('favourable = "gut"', "[documents]", 'paths = ["modellkarte.md"]', "[needs]"),
        *(f'{key} = "{needs.get(key, "none")}"' for key in ("FN", "AK", "TR", "VE", "SI", "DS")),
    ]
    plan.write_text("\n".join(lines) + "\n", "utf-8")
    return plan


def main() -> int:
    """Make both, and say how each ended."""
    began, told = time.perf_counter(), {}
    TARGET.mkdir(exist_ok=True)
    for seed, name in enumerate(EXAMINATIONS, 11):
        with tempfile.TemporaryDirectory() as place:
            home = Path(place)
            plan = prepared(home, name, seed)
            command = ["audit", "run", str(plan), "--out", str(home / "out"), "--workers", "1"]
            subprocess.run([sys.executable, "-m", "steiger", *command, "--quiet"], check=True)
            results = (home / "out/results.json").read_bytes()
            (TARGET / f"{name}.json").write_bytes(results)
            (TARGET / "modellkarte.md").write_bytes((home / "modellkarte.md").read_bytes())
            rows = [row for c in json.loads(results)["checks"] for row in c["measurements"]]
            told[name] = {
                f"{row['check']}/{row['name']} {row['subject']}".strip(): row["verdict"]
                for row in rows
            }
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"examinations": told, "seconds": seconds}, indent=1, ensure_ascii=False))
    return 0 if all(v == "met" for one in told.values() for v in one.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
