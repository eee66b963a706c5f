"""One supervisor over web and worker: starts them, restarts them, ends them cleanly."""

from __future__ import annotations

import fcntl
import os
import shlex
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from steiger.web.operations.domain.lifeline import VARIABLE

CONFIG = """\
; Written anew at each start from the environment.
[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
loglevel=warn
pidfile={folder}/supervisor-{port}.pid
environment={variable}="{pid}"
childlogdir={folder}
{user}

[program:web]
command={python} -m steiger serve
{common}

[program:worker]
command={python} -W {quiet} -m steiger worker --after-web
{common}
"""
# Told to end while a model trains, the worker has no time to tidy up after the processes that it
# has started; Python does it for them, and need not say so.
QUIET = "ignore::UserWarning:multiprocessing.resource_tracker"
# A crash is followed by a restart, with pauses that grow by a second each time, for ever: after a
# night without its database the product comes back by itself. The end reaches grandchildren too.
COMMON = """\
autorestart=true
startsecs=3
startretries=1000000
stopwaitsecs=20
killasgroup=true
stdout_logfile=/dev/fd/1
stdout_logfile_maxbytes=0
stderr_logfile=/dev/fd/2
stderr_logfile_maxbytes=0"""


def port_is_free(address: str, port: int) -> bool:
    """Whether nobody listens there yet."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def check_port() -> None:
    """End with one line if somebody listens already.

    Raises:
        SystemExit: the port is taken.
    """
    env = settings.ENV
    if not port_is_free(env.bind, env.port):
        other = env.port + 1 if env.port < 65535 else 8000
        raise SystemExit(
            f"Port {env.port} is taken on {env.bind}: stop the program that uses it, "
            f"or choose another one, for example PORT={other} make run"
        )


def configuration(*, folder: Path, port: int, python: str, root: bool) -> str:
    """The supervisor's configuration as text; percent signs in paths are doubled for its parser."""
    return CONFIG.format(
        folder=str(folder).replace("%", "%%"),
        port=port,
        python=shlex.quote(python).replace("%", "%%"),
        common=COMMON,
        quiet=QUIET,
        user="user=root" if root else "",
        variable=VARIABLE,
        pid=os.getpid(),  # stays the same when this process becomes the supervisor
    )


def write_config() -> Path:
    """The supervisor's configuration, in the data folder."""
    folder = Path(settings.DATA_DIR)
    path = folder / f"supervisor-{settings.ENV.port}.conf"
    text = configuration(
        folder=folder, port=settings.ENV.port, python=sys.executable, root=os.geteuid() == 0
    )
    path.write_text(text, encoding="utf-8")
    return path


def append_to_logs() -> None:
    """Where the output goes into a file, let several writers append instead of overwrite."""
    for descriptor in (1, 2):
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
            fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_APPEND)


def run(*, say: Callable[[str], None]) -> None:
    """Become the supervisor. Does not return; Ctrl-C or SIGTERM ends everything."""
    path = write_config()
    append_to_logs()
    say("  … Web and worker")
    sys.stdout.flush()
    os.environ["STEIGER_DATA_DIR"] = str(settings.DATA_DIR)
    os.execv(  # noqa: S606 - no shell, fixed arguments
        sys.executable,
        [sys.executable, "-m", "steiger.web.operations.domain.supervised", "-n", "-c", str(path)],
    )
