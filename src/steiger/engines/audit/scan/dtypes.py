"""numpy's types of elements: what a pickle may say about them after they were made.

`numpy.dtype.__setstate__` believes what it is told. A type that says it holds no objects, but has a
field of objects, takes bytes of the file for addresses; a field behind the end of its element reads
foreign memory; a width that differs from the name makes joblib step over more bytes than a scan.
State: https://numpy.org/doc/stable/reference/generated/numpy.dtype.__reduce__.html
"""

from __future__ import annotations

import re

from steiger.engines.audit.scan.values import Const, Made, Pairs, Tup, Value, text_of

NAME = re.compile(r"[<>|=]?([?bBhHiuIlLqQefdgFDGSaUVmMcO])(\d*)")
LETTER_SIZES = {
    "?": 1, "b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 8, "L": 8, "q": 8, "Q": 8, "e": 2,
    "f": 4, "d": 8, "g": 16, "F": 8, "D": 16, "G": 32, "m": 8, "M": 8, "c": 1,
}  # fmt: skip
#: Flag of a type whose elements hold references to objects (NPY_ITEM_REFCOUNT).
HOLDS_OBJECTS = 1
PATH = "numpy.dtype"


def is_dtype(value: object) -> bool:
    """Whether a call made a type of elements."""
    return isinstance(value, Made) and value.maker.path == PATH


def name_of(value: Value | None) -> str | None:
    """The text that names a type: 'f8', 'V64'."""
    if not isinstance(value, Made) or not is_dtype(value):
        return None
    arguments = value.arguments
    return text_of(arguments.items[0]) if isinstance(arguments, Tup) and arguments.items else None


def width_of(value: Value | None) -> int | None:
    """Bytes of one element by the name of its type; None if that says nothing."""
    match = NAME.fullmatch(name_of(value) or "")
    if not match:
        return None
    letter, digits = match.groups()
    if not digits:
        return LETTER_SIZES.get(letter)
    return int(digits) * (4 if letter == "U" else 1)


def call_problem(arguments: tuple[Value, ...]) -> str | None:
    """What is wrong with making a type; numpy writes its name and two flags."""
    if not arguments or not NAME.fullmatch(text_of(arguments[0]) or ""):
        return "name of a type of elements"
    return None


def state_problem(  # noqa: PLR0911 - one return for each thing that may be wrong
    made: Made, state: Value
) -> str | None:
    """What is wrong with the state that a type is given, or nothing."""
    arguments = made.arguments
    copied = arguments.items[2:3] if isinstance(arguments, Tup) else ()
    if not (copied and isinstance(copied[0], Const) and copied[0].value):
        # Without a copy this could change the type that all arrays share.
        return "type that is no copy"
    if not isinstance(state, Tup) or len(state.items) not in (8, 9):
        return "form"
    subtype, names, fields, width = state.items[2:6]
    said, flags = _number(width), _number(state.items[7])
    own = width_of(made)
    if said is None or flags is None:
        return "numbers"
    if (name_of(made) or "").strip("<>|=").startswith("O"):
        # numpy ignores what is said about plain types.
        return None
    plain = _is_none(subtype) and _is_none(names) and _is_none(fields)
    if plain:
        return None if said in (-1, own) else "width"
    if said != own:
        return "width"
    inside = _subtype(subtype) if _is_none(fields) else _fields(fields)
    if inside is None:
        return "fields"
    end, objects = inside
    if end > said:
        return "field behind the end"
    return "objects that are not announced" if objects and not flags & HOLDS_OBJECTS else None


def holds_objects(value: Value | None) -> bool:
    """Whether elements are objects, in a field of a structure too."""
    seen: set[int] = set()
    waiting: list[Value | None] = [value]
    while waiting:
        part = waiting.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, Made):
            if (name_of(part) or "").strip("<>|=").startswith("O"):
                return True
            waiting += [part.state, part.arguments]
        elif isinstance(part, Tup):
            waiting += part.items
        elif isinstance(part, Pairs):
            waiting += [field for _, field in part.items]
    return False


def _fields(fields: Value) -> tuple[int, bool] | None:
    """Last byte of the fields, and whether one holds objects."""
    if not isinstance(fields, Pairs):
        return None
    end, objects = 0, False
    for _, field in fields.items:
        if not isinstance(field, Tup) or len(field.items) not in (2, 3):
            return None
        offset, width = _number(field.items[1]), width_of(field.items[0])
        if offset is None or width is None or offset < 0:
            return None
        end, objects = max(end, offset + width), objects or holds_objects(field.items[0])
    return end, objects


def _subtype(subtype: Value) -> tuple[int, bool] | None:
    """A field that is an array: type of its elements and shape."""
    if not isinstance(subtype, Tup) or len(subtype.items) != 2:
        return None
    width, shape = width_of(subtype.items[0]), subtype.items[1]
    if width is None:
        return None
    for part in shape.items if isinstance(shape, Tup) else (shape,):
        count = _number(part)
        if count is None or count < 0:
            return None
        width *= count
    return width, holds_objects(subtype.items[0])


def _number(value: Value) -> int | None:
    plain = value.value if isinstance(value, Const) else None
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None
