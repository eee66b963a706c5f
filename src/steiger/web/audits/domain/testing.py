"""Tests that run here: started and stopped by the examiner."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from steiger.engines.audit.catalogue import Catalogue
from steiger.lib.internet import is_public as is_public_ip
from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain.chain import append, digest_of_text, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.evidence import may_measure
from steiger.web.audits.domain.prepared_folder import PLAN, files_of, read_plan, write_folder
from steiger.web.audits.domain.standing import NEEDS, catalogue_of
from steiger.web.audits.models import Audit, TestRun

#: Only such variables of the worker's environment may hold keys of endpoints.
KEYS = re.compile(r"STEIGER_AUDIT_KEY(_[A-Z0-9_]{1,40})?")
States = TestRun.State


def start_folder(*, audit: Audit, by: User, data: bytes) -> TestRun:
    """Prepare a run of the compulsory checks on a prepared folder (a ZIP archive); `tasks` runs it.

    Raises:
        RefusedError: wrong person or moment, or the folder is not taken.
    """
    with transaction.atomic():
        may_measure(locked(audit), by)
    files = files_of(data)
    plan = read_plan(files[PLAN], files)
    return _start(audit, by, files, plan)


def start_endpoint(*, audit: Audit, by: User, address: str, model: str, key: str = "") -> TestRun:
    """Prepare a run of the compulsory checks on a text endpoint; `tasks` runs it.

    Args:
        key: name of the variable of the worker's environment that holds its key.

    Raises:
        RefusedError: wrong person or moment, or such an address is not asked.
    """
    text = {"address": address, "model": model, "key_env": key}
    return _start(audit, by, {}, {"text": text})


@transaction.atomic
def stop(*, run: TestRun, by: User) -> None:
    """End a run; nothing of it is kept.

    Raises:
        RefusedError: wrong person or moment.
    """
    found = locked(run.audit)
    may_measure(found, by)
    now = TestRun.objects.select_for_update().get(pk=run.pk)
    if not now.open:
        raise RefusedError("run_over")
    values = {"stop": True, "state": States.STOPPED, "ended_at": timezone.now()}
    TestRun.objects.filter(pk=run.pk).update(**values)
    append(audit=found, by=Actor.of(by), act="tests.stop", facts={"run": str(run.pk)})
    if now.state == States.WAITING:
        # Of a run that has begun, the process that watches it erases the folder.
        transaction.on_commit(lambda: forget_folder(run))


def compulsory_checks(audit: Audit, catalogue: Catalogue) -> list[str]:
    """Checks that an indicator cannot do without, at this protection need."""
    found = []
    for method in catalogue.methods:
        if not method.indicators or not method.applies(audit.task, audit.modality):
            continue
        item = next(i for i in catalogue.indicators if i.id == method.indicators[0])
        need = NEEDS[audit.needs[catalogue.dimension_of(item)]]
        if method.compulsory(item.id, need):
            found.append(method.check)
    return found


def forget_folder(run: TestRun) -> None:
    """Erase a run's files; the results that count are evidence by then."""
    shutil.rmtree(run.folder, ignore_errors=True)


def _start(audit: Audit, by: User, files: Mapping[str, bytes], plan: Mapping[str, Any]) -> TestRun:
    _check_addresses(plan)
    with transaction.atomic():
        found = locked(audit)
        may_measure(found, by)
        if found.runs.filter(state__in=[States.WAITING, States.RUNNING]).exists():
            raise RefusedError("run_busy")
        checks = compulsory_checks(found, catalogue_of(found))
        if not checks:
            raise RefusedError("run_checks")
        said = plan.get("audit", {})
        kind = (said.get("task", found.task), said.get("modality", found.modality))
        if kind != (found.task, found.modality):
            raise RefusedError("results_kind", ", ".join(map(str, kind)))
        ours: dict[str, Any] = {"name": found.title, "task": found.task, "modality": found.modality}
        ours |= {"alpha": found.alpha, "checks": checks}
        run = TestRun.objects.create(audit=found, by=by, total=len(checks))
        # Sections that only the examination decides stand here; those of the folder are gone.
        whole = {"audit": {"seed": said.get("seed", 0), **ours}}
        whole |= {name: part for name, part in plan.items() if name != "audit"}
        write_folder(run.folder / "input", files, whole | {"needs": dict(found.needs)})
        facts = {"run": str(run.pk)}
        if address := str(plan.get("text", {}).get("address", "")):
            facts["address"] = digest_of_text(address)
        append(audit=found, by=Actor.of(by), act="tests.start", facts=facts)
    return run


def _check_addresses(plan: Mapping[str, Any]) -> None:
    """No address inside is asked, and no key is given but those that are meant for this."""
    for section in ("model", "text"):
        part = plan.get(section, {})
        address, key = str(part.get("address", "")), str(part.get("key_env", ""))
        if address and not is_public(address):
            raise RefusedError("run_address", address[:100])
        if key and not KEYS.fullmatch(key):
            raise RefusedError("run_key", key[:60])


def is_public(address: str) -> bool:
    """Whether an address begins with https, has its usual port, and every host it stands for is
    public. The run looks it up again, and connects to nothing but what it then has checked."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or parts.username:
            return False
        if (parts.port or 443) != 443:
            return False
        found = socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)
    except (ValueError, OSError):
        return False
    return bool(found) and all(is_public_ip(str(one[4][0])) for one in found)
