"""One run of tests in a process of its own: watched, stopped, resumed; results become evidence."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM, Actor
from steiger.web.audits.domain.chain import append, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.evidence import add_results, keep_own
from steiger.web.audits.domain.prepared_folder import PLAN
from steiger.web.audits.domain.testing import KEYS, forget_folder
from steiger.web.audits.models import TestRun

States = TestRun.State
LOOK_EVERY_S, LONGEST_S = 1.0, 6 * 3600
MEMORY, FILE_SIZE = 8_000_000_000, 2_000_000_000
MOST_EVIDENCE = 50_000_000


def execute(
    run_pk: str, *, say: Callable[[int, int], object], every_s: float = LOOK_EVERY_S
) -> str:
    """Run what is not done yet; after a stop of the product the next attempt goes on there.

    Args:
        say: told how many checks are done, of how many.
        every_s: seconds between two looks.

    Returns:
        How it ended.
    """
    run = TestRun.objects.select_related("audit", "by").filter(pk=run_pk).first()
    if run is None:
        return "over"
    if not run.open:
        forget_folder(run)
        return "over"
    TestRun.objects.filter(pk=run.pk, stop=False).update(state=States.RUNNING)
    code, words = _process(run, say, every_s)
    if TestRun.objects.filter(pk=run.pk, stop=True).exists():
        forget_folder(run)
        return "stopped"
    if code == 0:
        try:
            _keep(run)
        except RefusedError as error:
            code, words = 1, f"{error.key}: {error.detail}"
    if code:
        _failed(run, words or f"code {code}")
    forget_folder(run)
    return "failed" if code else "done"


def _process(run: TestRun, say: Callable[[int, int], object], every_s: float) -> tuple[int, str]:
    """The command line's own audit, without anything of this process's environment."""
    out = run.folder / "out"
    command = [sys.executable, "-m", "steiger", "audit", "run", PLAN, "--out", str(out)]
    keys = {name: value for name, value in os.environ.items() if KEYS.fullmatch(name)}
    plain = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    errors = run.folder / "errors.txt"
    with errors.open("wb") as told:
        # The words of the command are our own; the folder's files are data.
        process = subprocess.Popen(  # noqa: S603
            [*command, "--outside-only", "--workers", "1", "--quiet"],
            cwd=run.folder / "input",
            env={**plain, **keys, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
        )
    _limit(process.pid)
    begin = time.monotonic()
    try:
        while process.poll() is None:
            done = len(list((out / "parts").glob("*.json")))
            TestRun.objects.filter(pk=run.pk).update(done=done)
            say(done, run.total)
            wanted = TestRun.objects.filter(pk=run.pk, stop=False, state=States.RUNNING).exists()
            if not wanted or time.monotonic() - begin > LONGEST_S:
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(every_s)
    finally:
        _end(process)
    lines = errors.read_text("utf-8", "replace").strip().splitlines()
    words = lines[-1].removeprefix("steiger: ") if lines else ""
    return process.returncode, words.replace(str(run.folder / "input") + "/", "")[:500]


def _limit(pid: int) -> None:
    with suppress(ImportError, OSError, AttributeError):
        import resource

        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: its workers, too."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _keep(run: TestRun) -> None:
    out = run.folder / "out"
    content = (out / "results.json").read_bytes()
    told = json.loads(content)["checks"]
    checks = {one["id"] for one in told if one["measurements"]}
    silent = [f"{one['id']}: {one['reason']}" for one in told if one["state"] == "failed"]
    if run.by is None:
        raise RefusedError("examiner")
    if not checks and silent:
        # An endpoint that never answered, say: that is no result, and no evidence.
        raise RefusedError("run_nothing", silent[0])
    with transaction.atomic():
        add_results(audit=run.audit, by=run.by, name="results.json", data=content)
        found = locked(run.audit)
        evidence = _zipped(out)
        name, note = f"messung-{str(run.pk)[:8]}.zip", "steiger audit run"
        keep_own(audit=found, by=run.by, name=name, data=evidence, note=note, checks=checks)
        facts = {"run": str(run.pk)}
        append(audit=found, by=Actor.of(run.by), act="tests.end", facts=facts)
        _ended(run, States.DONE, "; ".join(silent))


def _zipped(out: Path) -> bytes:
    """Evidence, verdict and catalogue in one archive, the same bytes for the same files."""
    target, size = io.BytesIO(), 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files = [out / "results.json", out / "verdict.json", out / "catalogue.json"]
        for path in [*files, *sorted((out / "evidence").rglob("*"))]:
            size += path.stat().st_size if path.is_file() else 0
            if not path.is_file() or size > MOST_EVIDENCE:
                continue
            entry = zipfile.ZipInfo(str(path.relative_to(out)))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return target.getvalue()


@transaction.atomic
def _failed(run: TestRun, words: str) -> None:
    found = locked(run.audit)
    by = Actor.of(run.by) if run.by else SYSTEM
    append(audit=found, by=by, act="tests.fail", facts={"run": str(run.pk)})
    _ended(run, States.FAILED, words)


def _ended(run: TestRun, state: str, words: str) -> None:
    done = run.total if state == States.DONE else run.done
    TestRun.objects.filter(pk=run.pk).update(
        state=state, message=words[:500], done=done, ended_at=timezone.now()
    )
