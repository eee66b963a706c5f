"""`audit.toml`, read strictly: an unknown key, a wrong type or a wrong path is one clear error."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.context import Modality, Task
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.running.fields import Section, thresholds
from steiger.engines.audit.systems.onnx import weights_beside

FILE_KINDS = frozenset({"onnx", "skops", "lightgbm", "safetensors", "pickle"})
MODEL_KINDS = ("onnx", "skops", "lightgbm", "safetensors", "pickle", "predictions", "http")
WITH_LOGITS = ("onnx", "lightgbm", "http")
ANSWERS = ("probabilities", "logits", "labels")
NEEDS = ("none", "moderate", "high")
LEVELS = ("A", "B", "C", "D")
SECTIONS = (
    "audit",
    "model",
    "data",
    "predictions",
    "explanations",
    "documents",
    "text",
    "thresholds",
    "requirements",
    "catalogue",
    "needs",
    "ratings",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `audit.toml` says; paths are whole. Pickles, so that any worker can read it.

    Attributes are those of the file (see `template`); `digest` is that of the file and of all
    files it names.
    """

    path: Path
    digest: str
    inputs: dict[str, str]
    name: str
    task: Task
    modality: Modality
    alpha: float
    seed: int
    checks: tuple[str, ...]
    kind: str = ""
    model: Path | None = None
    address: str = ""
    key_env: str = ""
    answers: str = "probabilities"
    output: str = ""
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scale: float = 1.0
    shape: tuple[int, ...] = ()
    test: Path | None = None
    training: Path | None = None
    deployment: Path | None = None
    target: str = ""
    favourable: str = ""
    protected: tuple[str, ...] = ()
    quasi_identifiers: tuple[str, ...] = ()
    time: str = ""
    block: int = 1
    predictions: Path | None = None
    label: str = ""
    scores: tuple[str, ...] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    coverage: float = 0.9
    explanations: Path | None = None
    base_value: float = 0.0
    documents: tuple[Path, ...] = ()
    text_address: str = ""
    text_model: str = ""
    text_key_env: str = ""
    system_prompt: str = ""
    repeats: int = 3
    canaries: Path | None = None
    thresholds: dict[str, dict[str, float]] = field(default_factory=dict)
    requirements: dict[str, tuple[str, ...]] = field(default_factory=dict)
    catalogue: Path | None = None
    needs: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, str] = field(default_factory=dict)


def read_plan(path: Path) -> Plan:
    """The plan in a file.

    Raises:
        AuditError: the file is missing or no TOML, or says something that makes no sense.
    """
    if not path.is_file():
        raise AuditError(f"{path}: no such file; `steiger audit init` writes one")
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuditError(f"{path}: is no TOML ({error})") from None
    unknown = sorted(set(raw) - set(SECTIONS))
    if unknown:
        raise AuditError(f"{path}: unknown section [{unknown[0]}]; known: {', '.join(SECTIONS)}")

    def section(name: str) -> Section:
        content = raw.get(name, {})
        if not isinstance(content, dict):
            raise AuditError(f"{path}: {name} must be a section [{name}]")
        return Section(path, name, dict(content))

    found = {**_audit(section("audit")), **_model(section("model")), **_data(section("data"))}
    found |= {**_said(section("predictions")), **_papers(section("explanations"))}
    documents = section("documents")
    found["documents"] = documents.files("paths")
    documents.end()
    found |= _text(section("text"))
    found["thresholds"] = thresholds(path, raw.get("thresholds", {}))
    found["requirements"] = _requirements(section("requirements"))
    found |= _held_against(section("catalogue"), section("needs"), section("ratings"))
    _together(path, found)
    inputs = {str(file): _digest(file) for file in _files(found)}
    whole = hashlib.sha256(path.read_bytes() + repr(sorted(inputs.values())).encode())
    return Plan(path=path, digest=whole.hexdigest(), inputs=inputs, **found)


def _audit(part: Section) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": part.text("name", part.path.parent.name or "audit"),
        "task": Task(part.choice("task", [str(t) for t in Task], needed=True)),
        "modality": Modality(part.choice("modality", [str(m) for m in Modality], needed=True)),
        "alpha": part.number("alpha", 0.05, least=1e-6, most=0.5),
        "seed": part.whole("seed", 0),
        "checks": part.texts("checks"),
    }
    for check in found["checks"]:
        if check not in all_checks():
            raise part.wrong("checks", f"there is no check {check!r}; {nearest(check)}")
    part.end()
    return found


def nearest(check: str) -> str:
    """A hint at what was meant."""
    from difflib import get_close_matches

    close = get_close_matches(check, all_checks(), n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(all_checks())}"


def _model(part: Section) -> dict[str, Any]:
    found = {
        "kind": part.choice("kind", MODEL_KINDS),
        "model": part.file("path"),
        "address": part.text("address"),
        "key_env": part.text("key_env"),
        "answers": part.choice("answers", ANSWERS) or "probabilities",
        "output": part.text("output"),
        "features": part.texts("features"),
        "classes": part.texts("classes"),
        "codes": {n: tuple(v) for n, v in part.lists("codes").items()},
        "scale": part.number("scale", 1.0, least=1e-12, most=1e12),
        "shape": part.wholes("shape"),
    }
    kind = found["kind"]
    if kind in FILE_KINDS and found["model"] is None:
        raise part.wrong("path", f"a model of kind {kind!r} needs the path of its file")
    if found["answers"] == "logits" and kind not in WITH_LOGITS:
        told = ", ".join(WITH_LOGITS)
        raise part.wrong("answers", f"'logits' is for {told}, not for {kind or 'no model'}")
    if found["output"] and kind != "onnx":
        raise part.wrong("output", f"is for onnx, not for {kind or 'no model'}")
    if kind == "http" and not found["address"]:
        raise part.wrong("address", "a model of kind 'http' needs its address")
    part.end()
    return found


def _data(part: Section) -> dict[str, Any]:
    found = {
        "test": part.file("test"),
        "training": part.file("training"),
        "deployment": part.file("deployment"),
        "target": part.text("target"),
        "favourable": part.text("favourable"),
        "protected": part.texts("protected"),
        "quasi_identifiers": part.texts("quasi_identifiers"),
        "time": part.text("time"),
        "block": part.whole("block", 1, least=1),
    }
    part.end()
    return found


def _said(part: Section) -> dict[str, Any]:
    found = {
        "predictions": part.file("path"),
        "label": part.text("label"),
        "scores": part.texts("scores"),
        "value": part.text("value"),
        "low": part.text("low"),
        "high": part.text("high"),
        "coverage": part.number("coverage", 0.9, least=0.01, most=0.9999),
    }
    if bool(found["low"]) != bool(found["high"]):
        raise part.wrong("low", "an interval needs both columns, low and high")
    part.end()
    return found


def _papers(part: Section) -> dict[str, Any]:
    found = {
        "explanations": part.file("path"),
        "base_value": part.number("base_value", 0.0, least=-1e12, most=1e12),
    }
    part.end()
    return found


def _text(part: Section) -> dict[str, Any]:
    found = {
        "text_address": part.text("address"),
        "text_model": part.text("model"),
        "text_key_env": part.text("key_env"),
        "system_prompt": part.text("system_prompt"),
        "repeats": part.whole("repeats", 3, least=1),
        "canaries": part.file("canaries"),
    }
    part.end()
    return found


def _requirements(part: Section) -> dict[str, tuple[str, ...]]:
    found = {}
    for check in list(part.content):
        if check not in all_checks():
            raise part.wrong(check, f"there is no check {check!r}; {nearest(check)}")
        found[check] = part.texts(check)
    return found


def _held_against(catalogue: Section, needs: Section, ratings: Section) -> dict[str, Any]:
    found: dict[str, Any] = {"catalogue": catalogue.place("path")}
    catalogue.end()
    found["needs"] = {n: needs.choice(n, NEEDS, needed=True) for n in list(needs.content)}
    found["ratings"] = {n: ratings.choice(n, LEVELS, needed=True) for n in list(ratings.content)}
    return found


def _together(path: Path, found: dict[str, Any]) -> None:
    """What only makes sense together."""
    if found["task"] is Task.TEXT:
        if found["modality"] is not Modality.TEXT or not found["text_address"]:
            raise AuditError(f"{path}: task 'text' needs modality 'text' and [text] address")
        return
    if found["modality"] is Modality.TEXT:
        raise AuditError(f"{path}: [audit] modality 'text' needs task 'text'")
    if found["test"] is None or not found["target"]:
        raise AuditError(f"{path}: [data] test and target are needed")
    if found["task"] is Task.CLASSIFICATION and found["protected"] and not found["favourable"]:
        raise AuditError(
            f"{path}: [data] favourable is needed where protected attributes are named: the class "
            "that is good for the person, as it stands in the target's column"
        )
    if found["modality"] is Modality.TIME_SERIES and not found["time"]:
        raise AuditError(f"{path}: [data] time is needed for a time series: its column of times")
    asked = found["kind"] in FILE_KINDS | {"http"}
    said = found["label"] or found["scores"] or found["value"]
    if not asked and not said and found["kind"]:
        raise AuditError(f"{path}: [predictions] must name label, scores or value")
    if found["modality"] is Modality.IMAGE and len(found["shape"]) != 2:
        raise AuditError(f"{path}: [model] shape = [height, width] is needed for images")


def _files(found: dict[str, Any]) -> list[Path]:
    single = [value for value in found.values() if isinstance(value, Path) and value.is_file()]
    beside = weights_beside(found["model"]) if found["kind"] == "onnx" else []
    return sorted({*single, *beside, *found["documents"]})


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
