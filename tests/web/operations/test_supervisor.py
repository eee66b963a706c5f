"""Web and worker live under one supervisor, come back after a crash, and end together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from factories.installation import Installation, wait_for
from steiger.web.operations.domain.supervisor import configuration, port_is_free

#: How Python marks the processes that it starts for the web server.
SPAWNED = "--multiprocessing-fork"


def family(process_id: int) -> dict[str, list[int]]:
    """Ids of the supervisor's children, by what they do; the web comes with its processes.

    Processes that the worker starts for heavy tasks come and go, and are not counted.
    """
    found: dict[str, list[int]] = {"serve": [], SPAWNED: [], "worker": []}
    for child in psutil.Process(process_id).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may be ending
            words = child.cmdline()
            parent = child.parent()
            for name in found.keys() & set(words):
                if name != SPAWNED or (parent and "serve" in parent.cmdline()):
                    found[name].append(child.pid)
    return found


def complete(process_id: int) -> bool:
    """Whether the server, two web processes and the worker are there."""
    return [len(ids) for ids in family(process_id).values()] == [1, 2, 1]


def members(process_id: int) -> list[int]:
    """Ids of all the supervisor's children."""
    return [i for ids in family(process_id).values() for i in ids]


def alive(ids: list[int]) -> list[int]:
    """Which of the processes still run."""
    return [
        i
        for i in ids
        if psutil.pid_exists(i) and psutil.Process(i).status() != psutil.STATUS_ZOMBIE
    ]


@pytest.fixture
def running(installation: Installation) -> tuple[Installation, int]:
    """A running installation and the id of its supervisor."""
    process = installation.start("run", "--fill", "0")
    installation.wait_until_ready()
    wait_for(lambda: complete(process.pid))
    return installation, process.pid


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_end_leaves_nothing_behind(running: tuple[Installation, int], end: signal.Signals) -> None:
    installation, supervisor = running
    everybody = [supervisor, *members(supervisor)]
    os.kill(supervisor, end)
    assert installation.processes[0].wait(20) == 0
    assert wait_for(lambda: not alive(everybody), 5)
    assert port_is_free("127.0.0.1", installation.port)
    # The valley's past takes minutes to make; the next start goes on with it.
    table = "django_tasks_database_dbtaskresult"
    runs = f"SELECT status FROM {table} WHERE task_path LIKE '%prepare_network%'"
    assert installation.query(runs) == [("READY",)]
    assert "Traceback" not in (installation.folder / "output.log").read_text()


def test_killed_supervisor_leaves_no_orphan(running: tuple[Installation, int]) -> None:
    installation, supervisor = running
    children = members(supervisor)
    os.kill(supervisor, signal.SIGKILL)
    assert len(children) == 4
    assert wait_for(lambda: not alive(children), 20)
    assert wait_for(lambda: port_is_free("127.0.0.1", installation.port), 5)


def test_killed_children_come_back(running: tuple[Installation, int]) -> None:
    installation, supervisor = running
    before = members(supervisor)
    for child in before:
        os.kill(child, signal.SIGKILL)

    wait_for(lambda: complete(supervisor))
    installation.wait_until_ready()
    assert set(members(supervisor)).isdisjoint(before)


def test_killed_web_process_is_replaced_without_a_gap(running: tuple[Installation, int]) -> None:
    installation, supervisor = running
    both = [psutil.Process(i) for i in family(supervisor)[SPAWNED]]
    # One answers already; the other does when it has the server's threads beside its own two.
    wait_for(lambda: all(process.num_threads() > 3 for process in both))
    victim = both[0].pid
    os.kill(victim, signal.SIGKILL)
    assert wait_for(lambda: not psutil.pid_exists(victim), 10)  # all its threads, too
    assert [installation.get("/healthz")[0] for _ in range(20)] == [200] * 20


def test_taken_port_is_one_line(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        result = installation.steiger("run", check=False)
    assert result.returncode == 1
    assert result.stderr == (
        f"steiger: Port {installation.port} is taken on 127.0.0.1: stop the program that uses it, "
        f"or choose another one, for example PORT={installation.port + 1} make run\n"
    )


def test_first_start_prints_one_link_and_no_password(
    new_installation: Callable[[], Installation],
) -> None:
    installation = new_installation()
    installation.start("run", "--fill", "0")
    installation.wait_until_ready()
    text = (installation.folder / "output.log").read_text()
    start = f"http://127.0.0.1:{installation.port}/konto/erste-anmeldung/"
    links = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
    assert len(links) == 1
    assert (
        installation.get(links[0].removeprefix(f"http://127.0.0.1:{installation.port}"))[0] == 200
    )
    assert "password" not in text.lower()


def test_configuration_survives_odd_paths() -> None:
    text = configuration(folder=Path("/a b/100%"), port=1, python="/x y/python", root=False)
    assert "pidfile=/a b/100%%/supervisor-1.pid" in text
    assert "command='/x y/python' -m steiger serve" in text
    assert "user=" not in text
