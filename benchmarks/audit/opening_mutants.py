"""What mutants of ONNX and skops files have in common, see `opening_models.py`."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass

FEATURES = ("f0", "f1", "f2", "f3")
TWO = ("0", "1")
HUGE = (0, -1, -(2**31), 2**31, 2**31 - 1, 2**33, 2**40, 2**62, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One file and how it is declared; `beside` lies in the same folder."""

    name: str
    content: bytes
    classes: tuple[str, ...] = TWO
    beside: tuple[tuple[str, bytes], ...] = ()


def changed_bytes(content: bytes, dice: random.Random) -> bytes:
    """Flipped, overwritten, cut, doubled, or with another length in it."""
    data = bytearray(content)
    way = dice.randrange(6)
    at = dice.randrange(len(data))
    if way == 0:
        for _ in range(dice.choice((1, 1, 2, 8, 64))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    elif way == 1:
        data[at : at + dice.randrange(1, 9)] = dice.randbytes(dice.randrange(1, 9))
    elif way == 2:
        del data[at : at + dice.choice((1, 4, 64, len(data)))]
    elif way == 3:
        data[at:at] = data[at : at + dice.choice((4, 64, 1024))]
    elif way == 4:
        data[at : at + 1] = b"\xff" * dice.choice((4, 8, 9)) + b"\x01"
    else:
        length = dice.choice((4, 8))
        data[at : at + length] = struct.pack("<q", dice.choice(HUGE))[:length]
    return bytes(data)
