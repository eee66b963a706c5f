"""What a process gives up, for good, before it reads what a stranger wrote.

Four walls, one behind the other: limits (setrlimit), empty namespaces without a network
(unshare), files that can only be read and only where libraries lie (Landlock), and a short list of
system calls (seccomp). The first and the last are demanded; the two between them stand where the
machine permits it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from steiger.engines.audit.systems.apart.filter import MACHINES, SECCOMP, program

NO_NEW_PRIVILEGES = 38
#: User, network, files, processes of other machines' names, messages.
NEW = 0x10000000 | 0x40000000 | 0x00020000 | 0x04000000 | 0x08000000
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
READ = 1 << 2 | 1 << 3
OPEN_FILES = 64
#: Kinds of models that are opened nowhere but within limits and the list of system calls.
DEMANDING = frozenset({"pickle", "lightgbm"})


class NotConfinedError(OSError):
    """A wall that is demanded cannot be built on this machine."""


def possible() -> bool:
    """Whether this is a machine on which processes can be confined."""
    return sys.platform == "linux" and platform.machine() in MACHINES


def confine(*, memory: int, seconds: int) -> tuple[str, ...]:
    """Confine this process; there is no way back. Returns the names of the walls.

    Args:
        memory: bytes of address space.
        seconds: of the processor.

    Raises:
        NotConfinedError: limits or the filter of system calls cannot be set.
    """
    if not possible():
        raise NotConfinedError(f"not on {sys.platform} {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    _limit(memory, seconds)
    walls = ["limits"]
    if libc.unshare(NEW) == 0:
        walls.append("namespaces")
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise NotConfinedError(ctypes.get_errno(), "no_new_privs")
    if _landlock(libc, readable()):
        walls.append("files")
    _filter(libc)
    return (*walls, "calls")


def readable() -> list[str]:
    """Where libraries lie, and what they ask about the machine."""
    places = [sys.prefix, f"{sys.base_prefix}/lib", *(p for p in sys.path if p)]
    places += ["/lib", "/lib64", "/usr/lib", "/usr/local/lib", "/etc/ld.so.cache"]
    places += ["/sys/devices/system/cpu", "/sys/fs/cgroup", "/proc/cpuinfo", "/proc/meminfo"]
    return sorted({os.path.realpath(p) for p in places if Path(p).exists()})


def _limit(memory: int, seconds: int) -> None:
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _landlock(libc: ctypes.CDLL, places: Sequence[str]) -> bool:
    """Nothing can be read but below these places, and nothing written; False: no such kernel."""
    version = libc.syscall(CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    content = struct.pack("Q", (1 << rights) - 1)
    if version >= 4:
        content += struct.pack("Q", 3)  # no TCP, neither in nor out
    if version >= 6:
        content += struct.pack("Q", 3)  # no sockets without a name, no signals to others
    ruleset = libc.syscall(CREATE_RULESET, content, len(content), 0)
    if ruleset < 0:
        return False
    for place in places:
        with suppress(OSError):
            there = os.open(place, os.O_PATH | os.O_CLOEXEC)
            wanted = READ if Path(place).is_dir() else 1 << 2
            libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", wanted, there), 0)
            os.close(there)
    done = bool(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return done


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _filter(libc: ctypes.CDLL) -> None:
    steps = program(platform.machine())
    whole = _Program(len(steps) // 8, steps)
    # 1, 1: set a filter, for all threads of this process at once.
    if libc.syscall(SECCOMP[platform.machine()], 1, 1, ctypes.byref(whole)):
        raise NotConfinedError(ctypes.get_errno(), "seccomp")
