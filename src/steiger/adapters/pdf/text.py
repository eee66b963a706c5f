"""The text of a PDF, page by page, good enough to search in.

It follows the text operators of ISO 32000-1, 9.4, and the fonts' ToUnicode maps, which every
accessible PDF has (PDF/UA-1, 7.21.7). Letters without a map are left out rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from steiger.adapters.pdf.cmap import CMap, read_cmap

#: Forms that contain forms: deeper than this nobody draws by hand.
DEEPEST = 5
#: A gap in thousandths of the font's size from which on it is the space between two words.
WORD_GAP = 180
_SOFT = re.compile(r"\s*\u00ad\s*")
_BROKEN = re.compile(r"(\w)[-\u2010]\n(?=[a-zäöüß])")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass
class _State:
    fonts: dict[Any, CMap | None] = field(default_factory=dict)
    font: CMap | None = None
    line: float | None = None
    origins: list[float] = field(default_factory=lambda: [0.0])
    parts: list[str] = field(default_factory=list)
    size: int = 0
    most: int = 0
    skipping: int = 0
    marks: list[bool] = field(default_factory=list)

    def add(self, text: str) -> None:
        if self.size < self.most and text:
            self.parts.append(text)
            self.size += len(text)

    def gap(self, sign: str) -> None:
        if self.parts and not self.parts[-1].endswith((" ", "\n")):
            self.add(sign)


def page_text(page: pikepdf.Page, most: int) -> str:
    """The text of one page, at most ``most`` signs, lines as they stand."""
    state = _State(most=most)
    _read(page.obj, page.obj.get("/Resources"), state, 0)
    text = _SOFT.sub("", _SPACES.sub(" ", "".join(state.parts)))
    text = _BROKEN.sub(r"\1", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:most]


def _read(stream: Any, resources: Any, state: _State, depth: int) -> None:
    if depth > DEEPEST or state.size >= state.most:
        return
    content = pikepdf.Page(stream) if depth == 0 else stream
    instructions: Iterable[Any] = pikepdf.parse_content_stream(content)
    for operands, operator in instructions:
        name = str(operator)
        handle = _OPERATORS.get(name)
        if handle is not None:
            handle(operands, state)
        elif name == "Tf":
            state.font = _font(resources, operands[0], state)
        elif name == "Do":
            form = _entry(resources, "/XObject", operands[0])
            if form is not None and form.get("/Subtype") == "/Form":
                _read(form, form.get("/Resources", resources), state, depth + 1)
        elif name in {"BDC", "BMC"}:
            _begin_mark(operands, resources, state)
        elif name == "EMC" and state.marks and state.marks.pop():
            state.skipping -= 1


def _begin_mark(operands: Any, resources: Any, state: _State) -> None:
    """A marked passage may say what it means instead of what it shows (14.9.4)."""
    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, pikepdf.Name):
        properties = _entry(resources, "/Properties", properties)
    actual = properties.get("/ActualText") if isinstance(properties, pikepdf.Dictionary) else None
    if actual is not None and not state.skipping:
        # Typesetters say by an empty text that a hyphen belongs to the line and not to the word.
        state.add(str(actual) or "\u00ad")
    state.marks.append(actual is not None)
    state.skipping += actual is not None


def _entry(resources: Any, kind: str, name: Any) -> Any:
    if not isinstance(resources, pikepdf.Dictionary):
        return None
    group = resources.get(kind)
    return group.get(str(name)) if isinstance(group, pikepdf.Dictionary) else None


def _font(resources: Any, name: Any, state: _State) -> CMap | None:
    font = _entry(resources, "/Font", name)
    if font is None:
        return None
    key = font.objgen if font.is_indirect else str(name)
    if key not in state.fonts:
        state.fonts[key] = _letters(font)
    return state.fonts[key]


def _letters(font: Any) -> CMap | None:
    mapped = font.get("/ToUnicode")
    if isinstance(mapped, pikepdf.Stream):
        return read_cmap(mapped.read_bytes())
    if font.get("/Subtype") == "/Type0":
        return None
    # Simple fonts without a map: nearly always WinAnsi, whose letters are those of code page 1252.
    letters = {bytes([n]): bytes([n]).decode("cp1252", errors="ignore") for n in range(32, 256)}
    return CMap((1,), letters)


def _show(operands: Any, state: _State) -> None:
    if state.font is not None and not state.skipping:
        state.add(state.font.text(bytes(operands[-1])))


def _show_next(operands: Any, state: _State) -> None:
    state.gap("\n")
    _show(operands, state)


def _show_spaced(operands: Any, state: _State) -> None:
    for item in operands[0]:
        if isinstance(item, pikepdf.String | bytes | str):
            _show([item], state)
        elif -float(item) > WORD_GAP and not state.skipping:
            state.gap(" ")


def _move(operands: Any, state: _State) -> None:
    state.gap("\n" if float(operands[1]) else " ")
    if state.line is not None:
        state.line += float(operands[1])


def _matrix(operands: Any, state: _State) -> None:
    line = state.origins[-1] + float(operands[5])
    if state.line is not None:
        state.gap(" " if abs(line - state.line) < 1 else "\n")
    state.line = line


def _next_line(_operands: Any, state: _State) -> None:
    state.gap("\n")


def _end(_operands: Any, state: _State) -> None:
    state.gap(" ")


# Only heights matter here, so of the whole matrix its last number is followed.
def _keep(_operands: Any, state: _State) -> None:
    if len(state.origins) < 200:
        state.origins.append(state.origins[-1])


def _return(_operands: Any, state: _State) -> None:
    if len(state.origins) > 1:
        state.origins.pop()


def _shift(operands: Any, state: _State) -> None:
    state.origins[-1] += float(operands[5])


_OPERATORS = {
    "Tj": _show,
    "'": _show_next,
    '"': _show_next,
    "TJ": _show_spaced,
    "Td": _move,
    "TD": _move,
    "T*": _next_line,
    "q": _keep,
    "Q": _return,
    "cm": _shift,
    "Tm": _matrix,
    "ET": _end,
}
