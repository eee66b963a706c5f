"""The list of system calls that a confined process may still make, as a seccomp program (Linux).

Whatever is not on the list fails with EPERM: sockets, new processes, other programs, signals to
others, and every way to change a file. Files open for reading only. Form: seccomp(2), and the
classic filter machine of McCanne and Jacobson (1993, USENIX Winter, 259–269).
"""

from __future__ import annotations

import struct

ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
#: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_TMPFILE.
WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0x400000
A_THREAD = 0x00010000
#: TCGETS and FIOCLEX: is it a terminal; close it when another program starts.
HARMLESS_CONTROLS = (0x5401, 0x5451)

#: Machine → its number for seccomp, and the numbers of the calls.
_X86 = {
    "plain": (
        *(0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 24, 25, 27, 28, 32),
        *(35, 39, 60, 63, 72, 79, 89, 96, 97, 98, 99, 100, 102, 104, 107, 108, 131, 137, 138),
        *(143, 145, 186, 202, 203, 204, 217, 218, 228, 229, 230, 231, 262, 267, 269, 273, 309),
        *(318, 324, 332, 334, 439),
    ),
    "open": (2,),
    "openat": (257,),
    "clone": (56,),
    "clone3": (435,),
    "prlimit": (302,),
    "ioctl": (16,),
}
_ARM = {
    "plain": (
        *(17, 23, 25, 43, 44, 48, 57, 61, 62, 63, 64, 65, 66, 67, 73, 78, 79, 80, 93, 94, 96, 98),
        *(99, 101, 113, 114, 115, 120, 121, 122, 123, 124, 132, 134, 135, 139, 153, 160, 163),
        *(165, 168, 169, 172, 174, 175, 176, 177, 178, 179, 214, 215, 216, 222, 226, 232, 233),
        *(278, 283, 291, 293, 439),
    ),
    "open": (),
    "openat": (56,),
    "clone": (220,),
    "clone3": (435,),
    "prlimit": (261,),
    "ioctl": (29,),
}
MACHINES = {"x86_64": (0xC000003E, _X86), "aarch64": (0xC00000B7, _ARM)}
#: seccomp(2) itself.
SECCOMP = {"x86_64": 317, "aarch64": 277}

Step = tuple[int, int, int, int]


def program(machine: str) -> bytes:
    """The filter for a machine, one instruction in 8 bytes.

    Raises:
        KeyError: there is no list for such a machine.
    """
    number, calls = MACHINES[machine]
    steps: list[Step] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, number),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        # Calls of the x32 form have other numbers for the same things.
        (JUMP_IF_AT_LEAST, 0, 1, 0x40000000),
        (RETURN, 0, 0, EPERM),
    ]
    for call in calls["plain"]:
        steps += [(JUMP_IF_EQUAL, 0, 1, call), (RETURN, 0, 0, ALLOW)]
    for name, argument in (("open", 1), ("openat", 2)):
        for call in calls[name]:
            steps += _case(call, _only_reading(argument))
    for call in calls["clone"]:
        steps += _case(call, _only_threads())
    for call in calls["clone3"]:
        # Its flags lie in memory that a filter cannot see; the C library then takes clone.
        steps += _case(call, [(RETURN, 0, 0, ENOSYS)])
    for call in calls["prlimit"]:
        steps += _case(call, _only_asking())
    for call in calls["ioctl"]:
        steps += _case(call, _only(1, HARMLESS_CONTROLS))
    steps.append((RETURN, 0, 0, EPERM))
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _case(call: int, block: list[Step]) -> list[Step]:
    """A block for one call; every block ends with an answer."""
    return [(JUMP_IF_EQUAL, 0, len(block), call), *block]


def _low(argument: int) -> Step:
    return (LOAD, 0, 0, FIRST_ARGUMENT + 8 * argument)


def _only_reading(argument: int) -> list[Step]:
    flags = [_low(argument), (AND, 0, 0, WRITING), (JUMP_IF_EQUAL, 0, 1, 0)]
    return [*flags, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, EPERM)]


def _only_threads() -> list[Step]:
    flags = [_low(0), (AND, 0, 0, A_THREAD), (JUMP_IF_EQUAL, 0, 1, A_THREAD)]
    return [*flags, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, EPERM)]


def _only_asking() -> list[Step]:
    """Limits may be asked for, not set: the pointer to new ones (64 bits) is null."""
    place = FIRST_ARGUMENT + 8 * 2
    found: list[Step] = [(LOAD, 0, 0, place), (JUMP_IF_EQUAL, 1, 0, 0), (RETURN, 0, 0, EPERM)]
    found += [(LOAD, 0, 0, place + 4), (JUMP_IF_EQUAL, 1, 0, 0), (RETURN, 0, 0, EPERM)]
    return [*found, (RETURN, 0, 0, ALLOW)]


def _only(argument: int, values: tuple[int, ...]) -> list[Step]:
    found = [_low(argument)]
    for value in values:
        found += [(JUMP_IF_EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    return [*found, (RETURN, 0, 0, EPERM)]
