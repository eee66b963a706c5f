"""Follows a pickle operation by operation, without executing anything.

The machine keeps stack and memo as Python's unpickler does, but in place of objects it holds what
is known about them. So names that a pickle puts together on its stack (``STACK_GLOBAL``) are
resolved, and it is known what is called with what.
Operations: https://docs.python.org/3/library/pickletools.html.
"""

from __future__ import annotations

import pickletools
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Callable
from typing import BinaryIO

from steiger.engines.audit.scan.allowed import allow_list
from steiger.engines.audit.scan.dtypes import is_dtype, state_problem
from steiger.engines.audit.scan.guards import problem
from steiger.engines.audit.scan.result import Findings
from steiger.engines.audit.scan.values import (
    Const,
    Global,
    Items,
    Made,
    Mark,
    Pairs,
    Stored,
    Tup,
    Value,
    text_of,
)

CONSTANTS = frozenset(
    """INT LONG LONG1 LONG4 BININT BININT1 BININT2 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING
    UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8
    BYTEARRAY8""".split()  # noqa: SIM905 - plainer than eighteen quoted words
)
FIXED = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
NOTHING = Const(None)
#: Tuples within one tuple, however they share them.
HEAVIEST = 10_000_000

#: Called after BUILD; may take following bytes from the stream and give what replaces the object.
AfterBuild = Callable[[Made], "Value | None"]
#: Called for a persistent id.
Persistent = Callable[[Value], "Stored | None"]


class BrokenPickleError(Exception):
    """The stream is no whole pickle."""


class Machine:
    """One pickle, followed from its first byte to STOP."""

    def __init__(
        self,
        where: str,
        findings: Findings,
        *,
        after_build: AfterBuild | None = None,
        persistent: Persistent | None = None,
    ) -> None:
        self.where, self.findings = where, findings
        self.after_build, self.persistent = after_build, persistent
        self.stack: list[Value | Mark] = []
        self.memo: dict[int, Value] = {}
        #: Types of elements that were used before they were given their state.
        self.early: set[int] = set()
        self.protocol: int | None = None
        self.first = True
        self.globals = 0

    def follow(self, stream: BinaryIO) -> Value:
        """Follow until STOP; the stream then stands behind it.

        Raises:
            BrokenPickleError: it ends early, or an operation fails as it would on loading.
            LimitReachedError: it is too long.
        """
        try:
            for operation, argument, _ in pickletools.genops(stream):
                self.findings.operate()
                if operation.name == "STOP":
                    return self._pop()
                self._step(operation.name, argument)
                self.first = False
        except (ValueError, IndexError, KeyError, OverflowError, EOFError) as error:
            raise BrokenPickleError(str(error)) from error
        except MemoryError as error:
            raise BrokenPickleError("an operation announces more bytes than there are") from error
        raise BrokenPickleError("no STOP")

    # --- one operation ---------------------------------------------------------------------------
    def _step(self, name: str, argument: object) -> None:
        if name in CONSTANTS:
            self.stack.append(Const(argument))
        elif name in FIXED:
            self.stack.append(Const(FIXED[name]))
        else:
            method = getattr(self, f"_do_{name.lower()}", None)
            if method is None:
                # EXT1, NEXT_BUFFER and whatever a later Python may add.
                self.findings.add("unresolved", self.where, name)
                raise BrokenPickleError(name)
            method(argument)

    def _pop(self) -> Value:
        top = self.stack.pop()
        if isinstance(top, Mark):
            raise BrokenPickleError("a mark where a value is expected")
        return top

    def _top(self) -> Value:
        top = self.stack[-1]
        if isinstance(top, Mark):
            raise BrokenPickleError("a mark where a value is expected")
        return top

    def _to_mark(self) -> tuple[Value, ...]:
        values: list[Value] = []
        while True:
            top = self.stack.pop()
            if isinstance(top, Mark):
                return tuple(reversed(values))
            values.append(top)

    # --- frame of the stream ---------------------------------------------------------------------
    def _do_proto(self, version: int) -> None:
        # Old names are translated below protocol 3, so the protocol must not change on the way.
        if not self.first and (version < 3) != ((self.protocol or 0) < 3):
            self.findings.add("unresolved", self.where, "PROTO")
        self.protocol = version

    def _do_frame(self, _: object) -> None:
        pass

    # --- stack and memo --------------------------------------------------------------------------
    def _do_mark(self, _: object) -> None:
        self.stack.append(Mark())

    def _do_pop(self, _: object) -> None:
        self.stack.pop()

    def _do_pop_mark(self, _: object) -> None:
        self._to_mark()

    def _do_dup(self, _: object) -> None:
        self.stack.append(self._used(self._top()))

    def _do_put(self, index: int) -> None:
        self.memo[index] = self._top()

    _do_binput = _do_long_binput = _do_put

    def _do_memoize(self, _: object) -> None:
        self.memo[len(self.memo)] = self._top()

    def _do_get(self, index: int) -> None:
        self.stack.append(self._used(self.memo[index]))

    _do_binget = _do_long_binget = _do_get

    def _used(self, value: Value) -> Value:
        # An array that already has this type would change its meaning with the type's state.
        if isinstance(value, Made) and value.state is None and is_dtype(value):
            self.early.add(id(value))
        return value

    # --- containers ------------------------------------------------------------------------------
    def _do_empty_tuple(self, _: object) -> None:
        self.stack.append(Tup(()))

    def _tuple(self, count: int) -> None:
        values = [self._pop() for _ in range(count)]
        self._tuple_of(tuple(reversed(values)))

    def _tuple_of(self, values: tuple[Value, ...]) -> None:
        made = Tup.of(values)
        if made.weight > HEAVIEST:
            self.findings.add("bomb", self.where, "tuple")
            made = Tup(values)
        self.stack.append(made)

    def _do_tuple1(self, _: object) -> None:
        self._tuple(1)

    def _do_tuple2(self, _: object) -> None:
        self._tuple(2)

    def _do_tuple3(self, _: object) -> None:
        self._tuple(3)

    def _do_tuple(self, _: object) -> None:
        self._tuple_of(self._to_mark())

    def _do_empty_list(self, _: object) -> None:
        self.stack.append(Items())

    _do_empty_set = _do_empty_list

    def _do_list(self, _: object) -> None:
        self.stack.append(Items(list(self._to_mark())))

    _do_frozenset = _do_list

    def _do_empty_dict(self, _: object) -> None:
        self.stack.append(Pairs())

    def _do_dict(self, _: object) -> None:
        self.stack.append(Pairs(self._pairs(self._to_mark())))

    def _pairs(self, values: tuple[Value, ...]) -> list[tuple[Value, Value]]:
        if len(values) % 2:
            raise BrokenPickleError("a key without a value")
        return list(zip(values[::2], values[1::2], strict=True))

    def _extend(self, values: tuple[Value, ...]) -> None:
        target = self._top()
        if isinstance(target, Items):
            target.items.extend(values)
        elif not isinstance(target, Made):
            # On loading this calls a method of whatever stands there.
            self.findings.add("unresolved", self.where, "APPEND")

    def _do_append(self, _: object) -> None:
        value = self._pop()
        self._extend((value,))

    def _do_appends(self, _: object) -> None:
        self._extend(self._to_mark())

    _do_additems = _do_appends

    def _set(self, values: tuple[Value, ...]) -> None:
        pairs, target = self._pairs(values), self._top()
        if isinstance(target, Pairs):
            target.items.extend(pairs)
        elif not isinstance(target, Made):
            self.findings.add("unresolved", self.where, "SETITEM")

    def _do_setitem(self, _: object) -> None:
        value, key = self._pop(), self._pop()
        self._set((key, value))

    def _do_setitems(self, _: object) -> None:
        self._set(self._to_mark())

    # --- names and calls -------------------------------------------------------------------------
    def _name(self, module: str, name: str) -> None:
        # As `Unpickler.find_class` translates names of Python 2.
        if (self.protocol or 0) < 3:
            module, name = NAME_MAPPING.get((module, name), (module, name))
            module = IMPORT_MAPPING.get(module, module)
        self.globals += 1
        if (module, name) not in allow_list():
            self.findings.add("global", self.where, f"{module}.{name}")
        self.stack.append(Global(module, name))

    def _do_global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._name(module, name)

    def _do_stack_global(self, _: object) -> None:
        name, module = text_of(self._pop()), text_of(self._pop())
        if name is None or module is None:
            # The unpickler takes nothing but a text here either, so that loading ends.
            raise BrokenPickleError("a name that is no text")
        self._name(module, name)

    def _do_inst(self, argument: str) -> None:
        arguments = Tup(self._to_mark())
        self._do_global(argument)
        self._call(self._pop(), arguments, makes=False)

    def _do_obj(self, _: object) -> None:
        values = self._to_mark()
        self._call(values[0], Tup(values[1:]), makes=False)

    def _do_reduce(self, _: object) -> None:
        arguments, target = self._pop(), self._pop()
        self._call(target, arguments, makes=False)

    def _do_newobj(self, _: object) -> None:
        arguments, target = self._pop(), self._pop()
        self._call(target, arguments, makes=True)

    def _do_newobj_ex(self, _: object) -> None:
        named, arguments, target = self._pop(), self._pop(), self._pop()
        if not (isinstance(named, Pairs) and not named.items):
            self.findings.add("unresolved", self.where, "NEWOBJ_EX")
        self._call(target, arguments, makes=True)

    def _call(self, target: Value, arguments: Value, *, makes: bool) -> None:
        """`makes`: without the constructor (`cls.__new__`)."""
        if not isinstance(target, Global):
            self.findings.add("unresolved", self.where, "call of a value")
            target = Global("", "")
        elif not isinstance(arguments, Tup):
            self.findings.add("unresolved", self.where, f"values of {target.path}")
        elif (entry := allow_list().get((target.module, target.name))) is not None:
            if not (entry.use == "call" or (makes and entry.use == "class")):
                self.findings.add("call", self.where, target.path)
            elif wrong := problem(target, arguments.items):
                self.findings.add("arguments", self.where, f"{target.path}: {wrong}")
        self.stack.append(Made(target, arguments))

    def _do_build(self, _: object) -> None:
        state, target = self._pop(), self._top()
        if not isinstance(target, Made):
            # setattr on a class or function would outlive the load.
            self.findings.add("state", self.where, "BUILD")
            return
        if isinstance(state, Tup) and len(state.items) == 2:
            self._slots(state.items[1])
        if is_dtype(target):
            again = target.state is not None or id(target) in self.early
            wrong = "state of a type in use" if again else state_problem(target, state)
            if wrong:
                self.findings.add("state", self.where, f"numpy.dtype: {wrong}")
        target.state = state
        if self.after_build is not None:
            replaced = self.after_build(target)
            if replaced is not None:
                self.stack[-1] = replaced

    def _slots(self, slots: Value) -> None:
        # The second half of such a state is set by setattr, for which `__class__` is a name too.
        if not isinstance(slots, Pairs):
            return
        for key, _ in slots.items:
            name = text_of(key)
            if name is None or name.startswith("__"):
                self.findings.add("state", self.where, name or "unknown name")

    # --- persistent ids --------------------------------------------------------------------------
    def _do_binpersid(self, _: object) -> None:
        stored = self.persistent(self._pop()) if self.persistent else None
        if stored is None:
            self.findings.add("persistent", self.where)
            self.stack.append(NOTHING)
        else:
            self.stack.append(stored)

    def _do_persid(self, argument: str) -> None:
        self.findings.add("persistent", self.where, argument)
        self.stack.append(NOTHING)
