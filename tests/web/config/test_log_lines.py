"""Log lines name nobody: no e-mail addresses, no values of variables."""

from __future__ import annotations

import logging
import logging.config
import sys

import pytest
import structlog
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from steiger.web.config.logs import without_secrets

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789._%+-", min_size=1, max_size=20)


@given(local=LOCAL, host=st.from_regex(r"[a-z]{1,8}\.(de|example\.org)", fullmatch=True))
def test_no_address_passes(local: str, host: str) -> None:
    line = without_secrets(None, "", f"550 <{local}@{host}>: unknown")
    assert line == "550 <[address]>: unknown"


def test_other_lines_stay_as_they_are() -> None:
    line = "request method=GET route=landkarte/ status=200 @ 12:00 a@b"
    assert without_secrets(None, "", line) == line


def fails() -> None:
    # Put together here, so that the line of source in the traceback does not hold it either.
    name = " ".join(("Adelheid", "Geheim"))
    raise ValueError(f"{len(name)} letters, sent to adelheid@example.org")


def test_traceback_holds_no_values_of_variables() -> None:
    config = settings.LOGGING
    build = logging.config.DictConfigurator(config).configure_formatter
    formatter = build(dict(config["formatters"]["structured"]))
    try:
        fails()
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = formatter.format(record)
    assert "15 letters, sent to [address]" in line
    assert "Adelheid Geheim" not in line


def test_console_lines_are_plain() -> None:
    renderer = structlog.dev.plain_traceback
    processors = settings.LOGGING["formatters"]["structured"]["processors"]
    assert without_secrets is processors[-1]
    console = [p for p in processors if isinstance(p, structlog.dev.ConsoleRenderer)]
    if not console:
        pytest.skip("the log is JSON here")
    assert console[0]._exception_formatter is renderer
