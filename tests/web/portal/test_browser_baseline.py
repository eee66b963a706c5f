"""Our style sheets and scripts use only what the oldest supported browsers know.

Those stand in ``frontend/package.json``. What may be missing there stands in ``MAY_BE_MISSING``,
each with what then remains; what a style sheet asks for by ``@supports`` needs no line. Which
browser knows what since when is told by MDN's table (``@mdn/browser-compat-data``). Members of
objects are judged by their name alone, so only names that none of these browsers has are found.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FRONTEND = Path(__file__).resolve().parents[3] / "frontend"
TABLE = FRONTEND / "node_modules/@mdn/browser-compat-data/data.json"
NAMES = {"ios_saf": "safari_ios"}

#: Feature → what a reader has without it.
MAY_BE_MISSING = {
    "::-webkit-meter-bar": "its own name in Chrome and Safari",
    "::-webkit-meter-optimum-value": "its own name in Chrome and Safari",
    "break-after: avoid": "a heading may stand at the end of a printed page",
    "cursor: grab": "no pointer on a phone",
    "cursor: grabbing": "no pointer on a phone",
    "cursor: not-allowed": "no pointer on a phone",
    "cursor: pointer": "no pointer on a phone",
    "font-family: ui-monospace": "the next font of the list",
    "forced-color-adjust": "Safari has no forced colours",
    "forced-color-adjust: none": "Safari has no forced colours",
    "hanging-punctuation": "quotation marks stand in line",
    "hanging-punctuation: first": "quotation marks stand in line",
    "hyphenate-limit-chars": "short words are divided, too",
    "hyphens": "written with Safari's prefix by the build",
    "resize": "no corner to drag on a phone",
    "resize: vertical": "no corner to drag on a phone",
    "scrollbar-gutter": "the usual gutter",
    "scrollbar-gutter: auto": "the usual gutter",
    "scrollbar-width": "the bar is seen",
    "scrollbar-width: none": "the bar is seen",
    "text-decoration: dotted": "a full line",
    "text-wrap": "lines of unequal length",
    "text-wrap: balance": "lines of unequal length",
    "text-wrap: pretty": "lines of unequal length",
    "user-select": "written with Safari's prefix by the build",
    "detect": "belongs to BarcodeDetector",
    "getSupportedFormats": "belongs to BarcodeDetector, and asked for",
    "keyboard": "a part of MapLibre, not of the browser",
}


@cache
def table() -> dict[str, Any]:
    if not TABLE.exists():
        pytest.skip("needs the browser libraries: make setup")
    return dict(json.loads(TABLE.read_text(encoding="utf-8")))


@cache
def oldest() -> dict[str, tuple[int, ...]]:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    pairs = [line.split() for line in package["browserslist"]]
    return {NAMES.get(name, name): version(number) for name, number in pairs}


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def known(support: Any, least: tuple[int, ...]) -> bool:
    """Whether one of the statements says: since this version or before, as it is."""
    for one in support if isinstance(support, list) else [support]:
        added, removed = one.get("version_added"), one.get("version_removed")
        if not isinstance(added, str) or added == "preview":
            continue
        if {"flags", "prefix", "alternative_name"} & one.keys() or (
            removed and version(removed) <= least
        ):
            continue
        if version(added) <= least:
            return True
    return False


def missing(feature: dict[str, Any]) -> bool:
    """Whether one of the oldest browsers lacks it."""
    if "__compat" not in feature:
        return False
    support = feature["__compat"]["support"]
    return any(not known(support[b], least) for b, least in oldest().items() if b in support)


def stylesheets() -> Iterator[tuple[Path, str]]:
    for path in sorted((FRONTEND / "src").rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield path, without_asked(text)


def without_asked(text: str) -> str:
    """A style sheet without the blocks of ``@supports``."""
    while found := re.search(r"@supports[^{]*\{", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[: found.start()] + text[end:]
    return text


def in_css(text: str) -> Iterator[str]:
    """Names of what a style sheet uses and some browser lacks."""
    css = table()["css"]
    for name, value in re.findall(r"(?<=[{;\s])([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])", text):
        feature = css["properties"].get(name, {})
        if missing(feature):
            yield name
        for word, part in feature.items():
            whole = rf"(?<![\w-]){re.escape(word.removesuffix('()'))}(?![\w-])"
            if word != "__compat" and re.search(whole, value) and missing(part):
                yield f"{name}: {word}"
    for name in set(re.findall(r"(?<![\w.#-])([a-z-]+)\(", text)):
        if any(missing(feature) for feature in functions().get(name, [])):
            yield f"{name}()"
    for colons, name in set(re.findall(r"(::?)([a-z-]+)", re.sub(r"\{[^{}]*\}", "{}", text))):
        if missing(css["selectors"].get(name.removeprefix("-"), css["selectors"].get(name, {}))):
            yield f"{colons}{name}"
    for name in set(re.findall(r"@([a-z-]+)", text)):
        if missing(css["at-rules"].get(name, {})):
            yield f"@{name}"


@cache
def functions() -> dict[str, list[dict[str, Any]]]:
    """Functions of CSS, which the table keeps under the types that they make."""
    found = defaultdict(list)

    def collect(node: dict[str, Any]) -> None:
        for name, part in node.items():
            if name != "__compat":
                found[name].append(part)
                collect(part)

    collect(table()["css"]["types"])
    return found


@cache
def objects() -> dict[str, Any]:
    data = table()
    return {**data["api"], **data["javascript"]["builtins"]}


@cache
def members() -> dict[str, list[bool]]:
    """Name of a member → of each object that has it, whether some browser lacks it there."""
    found = defaultdict(list)
    for thing in objects().values():
        for name, part in thing.items():
            if name != "__compat":
                found[name.removesuffix("_static")].append(missing(part))
    return found


def static(thing: str, name: str) -> dict[str, Any] | None:
    """What an object itself offers, such as ``Array.from``; the table marks most of it."""
    parts = objects().get(thing, {})
    return parts.get(f"{name}_static", parts.get(name))


def in_scripts(texts: dict[Path, str]) -> Iterator[tuple[Path, str]]:
    """Names of what scripts use and some browser lacks; names that they give are their own."""
    whole = "\n".join(texts.values())
    own = set(re.findall(r"\b([A-Za-z]\w*)(?=\s*(?:\([^()]*\)\s*\{|[:=](?!=)))", whole))
    own |= {
        name
        for inner in re.findall(r"[{\[]([\w\s,.:$]+)[}\]]", whole)
        for name in re.findall(r"\w+", inner)
    }
    for path, text in texts.items():
        for name in set(re.findall(r"(?<![\w.$-])([A-Z]\w+)(?=[\s(.,;?])", text)):
            if name not in own and missing(objects().get(name, {})):
                yield path, name
        for name in set(re.findall(r"(?<![\w.$-])([a-z]\w+)(?=\()", text)):
            if name not in own and missing(objects()["Window"].get(name, {})):
                yield path, name
        for thing, name in set(re.findall(r"([A-Za-z_$]\w*)?\??\.([A-Za-z]\w+)", text)):
            if thing[:1].isupper() and (part := static(thing, name)):
                if missing(part):
                    yield path, f"{thing}.{name}"
            elif name not in own and members().get(name) and all(members()[name]):
                yield path, name


def scripts() -> dict[Path, str]:
    return {
        path: re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        for path in sorted((FRONTEND / "src").rglob("*.js"))
    }


def test_style_sheets_use_what_the_oldest_browsers_know() -> None:
    found = {
        f"{path.name}: {what}"
        for path, text in stylesheets()
        for what in in_css(text)
        if what not in MAY_BE_MISSING
    }
    assert sorted(found) == []


def test_scripts_use_what_the_oldest_browsers_know() -> None:
    found = {
        f"{path.name}: {what}" for path, what in in_scripts(scripts()) if what not in MAY_BE_MISSING
    }
    assert sorted(found) == []


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("p { color: light-dark(#000, #fff); }", "light-dark()"),
        ("p { field-sizing: content; }", "field-sizing"),
        ("p { text-wrap: pretty; }", "text-wrap: pretty"),
        ("details::details-content { color: red; }", "::details-content"),
        ("@starting-style { p { color: red; } }", "@starting-style"),
    ],
)
def test_what_is_newer_in_a_style_sheet_is_found(rule: str, what: str) -> None:
    assert what in set(in_css(rule))
    assert not set(in_css(without_asked(f"@supports (color: red) {{ {rule} }}")))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("const watcher = new CloseWatcher();", "CloseWatcher"),
        ("requestIdleCallback(draw);", "requestIdleCallback"),
        ("const own = Object.groupBy(rows, place);", "Object.groupBy"),
        ("for (const one of found.symmetricDifference(other)) put(one);", "symmetricDifference"),
    ],
)
def test_what_is_newer_in_a_script_is_found(code: str, what: str) -> None:
    assert what in {name for _, name in in_scripts({Path("x.js"): code})}


def test_what_may_be_missing_is_still_used() -> None:
    used = {what for _, text in stylesheets() for what in in_css(text)}
    used |= {what for _, what in in_scripts(scripts())}
    assert sorted(MAY_BE_MISSING.keys() - used) == []
