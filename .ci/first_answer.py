"""Starts an installed package, asks for its home page and for the style that the page names."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    PORT = probe.getsockname()[1]
HOME = f"http://127.0.0.1:{PORT}"


def fetch(path: str) -> str:
    """The text of an answer; fails if it is none."""
    with urllib.request.urlopen(HOME + path, timeout=10) as answer:
        return str(answer.read().decode())


def first_answer(seconds: float) -> str:
    """The home page, as soon as it comes."""
    end = time.monotonic() + seconds
    while True:
        try:
            return fetch("/")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


steiger = Path(sys.executable).parent / "steiger"
process = subprocess.Popen([steiger, "run"], env={**os.environ, "PORT": str(PORT)})
try:
    page = first_answer(60)
    style = re.search(r'href="(/static/build/site\.css[^"]*)"', page)
    assert style, "the home page names no style"
    assert len(fetch(style.group(1))) > 1000, "the style is empty"
    assert fetch("/healthz") == "ok\n"
finally:
    process.send_signal(signal.SIGTERM)
    process.wait(30)
print(f"The package answers: {len(page)} characters, style {style.group(1)}")
