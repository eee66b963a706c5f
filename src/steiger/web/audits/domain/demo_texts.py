"""The words of the invented examinations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One invented examination.

    Attributes:
        answers: what is answered otherwise than in :data:`ANSWERS`.
        trades: words in the name of an invented actor that would have such a system.
        results: name of the file with what was measured.
        withdrawn: why the certificate was withdrawn; empty: it was not.
        begun: days ago when it was applied for.
    """

    begun: int

    values: Mapping[str, str]
    results: str
    decision: str
    trades: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    withdrawn: str = ""


#: Answers that demand no protection; each examination answers some of them otherwise.
ANSWERS = {
    "G-Q1": "things",
    "G-Q3": "comfort",
    "G-Q4": "no",
    "G-Q5": "no",
    "G-Q6": "no",
    "FN-Q1": "no",
    "FN-Q3": "no",
    "FN-Q4": "no",
    "FN-Q5": "no",
    "FN-Q6": "yes",
    "AK-Q1": "never",
    "AK-Q2": "easily",
    "AK-Q3": "days",
    "AK-Q4": "no",
    "AK-Q5": "no",
    "AK-Q6": "no",
    "TR-Q1": "no",
    "TR-Q3": "no",
    "TR-Q4": "quickly",
    "TR-Q5": "no",
    "TR-Q6": "no",
    "VE-Q1": "slight",
    "VE-Q2": "mostly",
    "VE-Q3": "hardly",
    "VE-Q4": "no",
    "VE-Q5": "no",
    "VE-Q6": "no",
    "SI-Q1": "isolated",
    "SI-Q2": "no",
    "SI-Q3": "no",
    "SI-Q4": "no",
    "SI-Q5": "days",
    "SI-Q6": "no",
    "DS-Q1": "no",
    "DS-Q3": "own",
    "DS-Q4": "no",
    "DS-Q5": "no",
    "DS-Q6": "no",
}
REASONS = {
    "applicant": {
        "A": "Geregelt, eingeübt und belegt, siehe Modellkarte (Beispiel).",
        "B": "Geregelt und belegt; die jährliche Durchsicht steht noch aus (Beispiel).",
    },
    "examiner": {
        "A": "Unterlagen gesehen, Messung stimmt damit überein (Beispiel).",
        "B": "Gesehen; der Nachweis deckt nicht alle Schichten ab (Beispiel).",
    },
}
EXAMINATIONS = (
    Demo(
        begun=231,
        values={
            "kind": "full",
            "organisation": "Beispiel Gießerei GmbH",
            "title": "Beispiel Risserkennung",
            "version": "1.2",
            "task": "classification",
            "modality": "tabular",
            "description": "Erfundenes Beispiel. Sortiert Gussteile nach ihrem Klang. Ein Mensch "
            "sieht sich an, was aussortiert wird. Ein übersehener Riss kostet Geld.",
        },
        answers={"VE-Q1": "noticeable", "TR-Q1": "yes", "SI-Q1": "internet"},
        results="risserkennung.json",
        trades=("guss", "gieß", "metall", "stahl", "maschinen"),
        decision="Alle Dimensionen erreichen, was ihr Schutzbedarf verlangt (Beispiel).",
    ),
    Demo(
        begun=168,
        values={
            "kind": "full",
            "organisation": "Beispiel Werkstatt KG",
            "title": "Beispiel Terminvorschlag",
            "version": "0.9",
            "task": "classification",
            "modality": "tabular",
            "description": "Erfundenes Beispiel. Schlägt vor, ob ein Auftrag heute oder morgen "
            "beginnt. Die Meisterin entscheidet.",
        },
        answers={"TR-Q1": "yes"},
        results="terminvorschlag.json",
        trades=("werkstatt", "handwerk", "tischler", "elektro", "kfz"),
        decision="Die Transparenz reicht für den Schutzbedarf aus (Beispiel).",
        withdrawn="Der Betreiber hat das Modell ausgetauscht, ohne es anzuzeigen (Beispiel).",
    ),
)
