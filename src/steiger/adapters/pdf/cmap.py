"""From the codes of a font to letters: the ToUnicode map of ISO 32000-1, 9.10.3."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Ranges that are longer than this are cut: a hostile map could name four billion codes.
LONGEST_RANGE = 65_536
_SECTION = re.compile(
    rb"begin(codespacerange|bfchar|bfrange)\b(.*?)end(?:codespacerange|bfchar|bfrange)\b", re.DOTALL
)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


@dataclass(frozen=True, slots=True)
class CMap:
    """Codes of one font.

    Attributes:
        widths: lengths of its codes in bytes, the longest first.
        letters: code → text.
    """

    widths: tuple[int, ...]
    letters: dict[bytes, str]

    def text(self, data: bytes) -> str:
        """What a string shows; codes without a letter are left out."""
        found, at = [], 0
        while at < len(data):
            for width in self.widths:
                letter = self.letters.get(data[at : at + width])
                if letter is not None:
                    found.append(letter)
                    at += width
                    break
            else:
                at += self.widths[-1] if self.widths else 1
        return "".join(found)


def read_cmap(data: bytes) -> CMap:
    """Read a ToUnicode map; what cannot be understood is left out."""
    letters: dict[bytes, str] = {}
    widths: set[int] = set()
    for kind, body in _SECTION.findall(data):
        tokens = list(_tokens(body))
        if kind == b"codespacerange":
            widths |= {len(t) for t in tokens if isinstance(t, bytes)}
        elif kind == b"bfchar":
            pairs = [t for t in tokens if isinstance(t, bytes)]
            letters |= {c: _utf16(t) for c, t in zip(pairs[::2], pairs[1::2], strict=False)}
        else:
            _ranges(tokens, letters)
    used = widths or {len(code) for code in letters}
    return CMap(tuple(sorted((w for w in used if 0 < w <= 4), reverse=True)), letters)


def _tokens(body: bytes) -> list[bytes | str]:
    found: list[bytes | str] = []
    for digits, opening, _closing in _TOKEN.findall(body):
        if not digits and not opening and not _closing:
            found.append(b"")
        elif digits:
            clean = b"".join(digits.split())
            found.append(bytes.fromhex((clean + b"0" * (len(clean) % 2)).decode("ascii")))
        else:
            found.append("[" if opening else "]")
    return found


def _ranges(tokens: list[bytes | str], letters: dict[bytes, str]) -> None:
    at = 0
    while at + 2 < len(tokens):
        low, high, target = tokens[at : at + 3]
        at += 3
        if not (isinstance(low, bytes) and isinstance(high, bytes)):
            return
        codes = range(
            int.from_bytes(low), min(int.from_bytes(high), int.from_bytes(low) + LONGEST_RANGE) + 1
        )
        if target == "[":
            listed = []
            while at < len(tokens) and tokens[at] != "]":
                listed.append(tokens[at])
                at += 1
            at += 1
            for code, item in zip(codes, listed, strict=False):
                if isinstance(item, bytes):
                    letters[code.to_bytes(len(low))] = _utf16(item)
        elif isinstance(target, bytes) and target:
            base, last = target[:-2], int.from_bytes(target[-2:])
            for step, code in enumerate(codes):
                if last + step > 0xFFFF or code >= 256 ** len(low):
                    break
                letters[code.to_bytes(len(low))] = _utf16(base + (last + step).to_bytes(2))


def _utf16(data: bytes) -> str:
    return data.decode("utf-16-be", errors="ignore")
