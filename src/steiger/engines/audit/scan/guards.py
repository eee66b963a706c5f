"""Allowed calls whose values matter: what they may be handed, and why.

Each guard gets the values of one call and tells what is wrong with them, or nothing. A name on the
allow-list without a guard here may be called with any values that themselves come from the list.
"""

from __future__ import annotations

from collections.abc import Callable

from steiger.engines.audit.scan.allowed import allow_list
from steiger.engines.audit.scan.dtypes import call_problem
from steiger.engines.audit.scan.values import (
    Const,
    Global,
    Items,
    Made,
    Pairs,
    Stored,
    Tup,
    Value,
    text_of,
)

Arguments = tuple[Value, ...]
#: Plain numbers that a constructor may be handed as a size.
LARGEST_SIZE = 1_000_000
FACTORIES = frozenset(
    {f"builtins.{name}" for name in ("dict", "float", "int", "list", "set", "str")}
    | {"collections.OrderedDict"}
)


def problem(target: Global, arguments: Arguments) -> str | None:
    """What is wrong with a call, or None."""
    # A few bytes stand for a billion numbers, and whatever takes them would count them all.
    if any(isinstance(a, Made) and a.maker.path == "builtins.range" for a in arguments):
        return "range"
    guard = GUARDS.get((target.module, target.name))
    return guard(arguments) if guard else None


def _encode(arguments: Arguments) -> str | None:
    # Protocols 0 to 2 write bytes as Latin-1 text. Any other codec could be a transformation.
    if len(arguments) == 2 and text_of(arguments[1]) == "latin1":
        return None
    return "codec other than latin1"


def _reconstructor(arguments: Arguments) -> str | None:
    # `base.__init__` is called with the third value: only with bases that copy what they get.
    if len(arguments) != 3:
        return "three values expected"
    made, base, state = arguments
    name = base.path if isinstance(base, Global) else ""
    plain = (
        (name == "builtins.object" and isinstance(state, Const) and state.value is None)
        or (name == "builtins.dict" and isinstance(state, Pairs))
        or (name == "builtins.list" and isinstance(state, Items))
        # A tuple of two would be taken for a state with a second half (see `Machine._slots`).
        or (name == "builtins.tuple" and isinstance(state, Tup) and len(state.items) != 2)
    )
    if not (plain and isinstance(made, Global)):
        return "only plain objects"
    entry = allow_list().get((made.module, made.name))
    return None if entry and entry.use == "class" else f"{made.path} as a class"


def _small(arguments: Arguments) -> str | None:
    # bytearray(10**12) would take all memory.
    for value in arguments:
        if isinstance(value, Const) and isinstance(value.value, int) and value.value > LARGEST_SIZE:
            return "size"
    return None


def _no_size(arguments: Arguments) -> str | None:
    for value in arguments:
        if isinstance(value, Const) and isinstance(value.value, int):
            return "a size instead of content"
    return None


def _factory(arguments: Arguments) -> str | None:
    if not arguments or (isinstance(arguments[0], Const) and arguments[0].value is None):
        return None
    first = arguments[0]
    if isinstance(first, Global) and first.path in FACTORIES:
        return None
    return "factory"


def _empty_array(arguments: Arguments) -> str | None:
    # numpy writes shape (0,) and fills the array afterwards from bytes in the file.
    if len(arguments) != 3 or not isinstance(arguments[0], Global):
        return "three values expected"
    if arguments[0].path not in ("numpy.ndarray", "numpy.matrix"):
        return arguments[0].path
    shape = arguments[1]
    if isinstance(shape, Tup) and all(isinstance(n, Const) and n.value == 0 for n in shape.items):
        return None
    return "shape"


def _buffer(arguments: Arguments) -> str | None:
    # Over another array, which could then be given a new state, its memory would be used after it
    # was freed.
    first = arguments[0] if arguments else None
    if isinstance(first, Const) and isinstance(first.value, bytes | bytearray):
        return None
    return "buffer that does not stand in the file"


def _empty_masked(arguments: Arguments) -> str | None:
    # numpy writes classes of arrays, shape (0,) and type "b".
    if len(arguments) != 4 or not all(isinstance(a, Global) for a in arguments[:2]):
        return "four values expected"
    shape = arguments[2]
    empty = isinstance(shape, Tup) and all(
        isinstance(n, Const) and n.value == 0 for n in shape.items
    )
    return None if empty else "shape"


def _scalar(arguments: Arguments) -> str | None:
    if arguments and isinstance(arguments[0], Made) and arguments[0].maker.path == "numpy.dtype":
        return None
    return "type"


def _numpy_random(arguments: Arguments) -> str | None:
    # These call the class or constructor that they are handed.
    for value in arguments:
        if isinstance(value, Global) and not value.module.startswith("numpy.random."):
            return value.path
    return None


def _tensor(arguments: Arguments) -> str | None:
    if arguments and isinstance(arguments[0], Stored):
        return None
    return "storage that does not stand in the file"


def _parameter(arguments: Arguments) -> str | None:
    if arguments and isinstance(arguments[0], Made) and arguments[0].maker.module == "torch._utils":
        return None
    return "no tensor"


def _class_only(arguments: Arguments) -> str | None:
    # newObj(cls) is cls.__new__(cls): the modules hand it compiled classes of their own.
    if len(arguments) == 1 and isinstance(arguments[0], Global):
        return None if arguments[0].module.startswith("sklearn.") else arguments[0].path
    return "one class expected"


GUARDS: dict[tuple[str, str], Callable[[Arguments], str | None]] = {
    ("_codecs", "encode"): _encode,
    ("copyreg", "_reconstructor"): _reconstructor,
    ("builtins", "bytearray"): _no_size,
    ("builtins", "bytes"): _no_size,
    ("sklearn.tree._tree", "Tree"): _small,
    ("collections", "defaultdict"): _factory,
    ("numpy.core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("numpy", "dtype"): call_problem,
    ("numpy.core.numeric", "_frombuffer"): _buffer,
    ("numpy._core.numeric", "_frombuffer"): _buffer,
    ("numpy.ma.core", "_mareconstruct"): _empty_masked,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy.random._pickle", "__bit_generator_ctor"): _numpy_random,
    ("numpy.random._pickle", "__generator_ctor"): _numpy_random,
    ("numpy.random._pickle", "__randomstate_ctor"): _numpy_random,
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"): _numpy_random,
    ("numpy.random._bit_generator", "__pyx_unpickle_SeedSequence"): _numpy_random,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("sklearn.metrics._dist_metrics", "newObj"): _class_only,
    ("sklearn.neighbors._ball_tree", "newObj"): _class_only,
    ("sklearn.neighbors._kd_tree", "newObj"): _class_only,
}  # fmt: skip
