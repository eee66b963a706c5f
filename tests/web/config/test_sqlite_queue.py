"""Whoever waits to write on SQLite comes before whoever has just written."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from steiger.web.config.environment import load
from steiger.web.config.sqlite.base import DatabaseWrapper


@pytest.fixture(autouse=True)
def _files_of_their_own(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():  # no test of these touches the tests' database
        yield


def opened(folder: Path, timeout_s: float = 30) -> DatabaseWrapper:
    settings = load({"STEIGER_DATA_DIR": str(folder)}).database()
    settings["OPTIONS"] |= {"timeout": timeout_s}
    rest = {"AUTOCOMMIT": True, "TIME_ZONE": None, "CONN_HEALTH_CHECKS": False}
    return DatabaseWrapper({**settings, **rest, "TEST": {"NAME": None}}, "queue")


def begin(connection: DatabaseWrapper) -> None:
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


@pytest.mark.parametrize("wish", ["a transaction", "one statement"])
def test_who_waits_comes_before_who_has_just_written(tmp_path: Path, wish: str) -> None:
    one = opened(tmp_path)
    with one.cursor() as cursor:
        cursor.execute("CREATE TABLE written (who TEXT)")
    begin(one)

    def wait_and_write() -> None:
        other = opened(tmp_path)
        if wish == "a transaction":
            begin(other)
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO written VALUES ('waited')")
        if wish == "a transaction":
            other.commit()
        other.close()

    waiting = threading.Thread(target=wait_and_write)
    waiting.start()
    time.sleep(0.5)  # SQLite alone asks every 100 ms only by now
    one.commit()
    one.set_autocommit(True)
    begin(one)
    with one.cursor() as cursor:
        cursor.execute("SELECT who FROM written")
        assert cursor.fetchall() == [("waited",)]
    one.rollback()
    waiting.join()
    one.close()


def test_behind_a_long_act_everybody_hears_in_time(tmp_path: Path) -> None:
    one, told = opened(tmp_path), []
    begin(one)

    def try_it() -> None:
        other, since = opened(tmp_path, timeout_s=1.5), time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            begin(other)
        told.append(time.monotonic() - since)
        other.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.close()
    assert len(told) == 4
    assert max(told) < 4  # one after the other would take 6 s
