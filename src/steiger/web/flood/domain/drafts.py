"""Files of a real network that staff hand in: kept apart, examined by the worker, then taken over.

A draft is a folder below the data folder that nothing else looks into. It goes when its network is
taken over, and after a day in any case.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from steiger.lib.atomic_files import write_atomically
from steiger.web.flood.models import Network

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Observations

NETWORK_FILE, VALUES_FILE, NOTE_FILE = "network.toml", "observations.parquet", "draft.json"
KEPT = timedelta(days=1)
EXAMINE = "steiger.web.flood.tasks.examine_draft_task"
WAITING, WRONG, GOOD = "waiting", "wrong", "good"
#: Findings of quality control that are shown one by one.
MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was handed in and what is known of it.

    Attributes:
        state: waiting to be examined, wrong, or good.
        problems: mistakes by ``file``, ``sensor``, ``row``, ``field`` with ``text``.
        summary: of a good one: name, step, sensors by kind, gauges, time, findings.
    """

    id: UUID
    key: str
    attribution: str = ""
    licence: str = ""
    licence_url: str = ""
    state: str = WAITING
    problems: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    made_at: str = ""

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return drafts_folder() / str(self.id)


def drafts_folder() -> Path:
    """Where all drafts lie; no network can have this name."""
    return Path(settings.DATA_DIR) / "flood" / ".drafts"


def keep_draft(
    *,
    network_file: Iterable[bytes],
    values_file: Iterable[bytes],
    key: str,
    attribution: str = "",
    licence: str = "",
    licence_url: str = "",
) -> Draft:
    """Keep the files and queue their examination."""
    draft = Draft(
        id=uuid4(),
        key=key,
        attribution=attribution,
        licence=licence,
        licence_url=licence_url,
        made_at=timezone.now().isoformat(),
    )
    draft.folder.mkdir(parents=True)
    for name, parts in ((NETWORK_FILE, network_file), (VALUES_FILE, values_file)):
        with (draft.folder / name).open("wb") as file:
            file.writelines(parts)
    _write(draft)
    import_string(EXAMINE).enqueue(str(draft.id))
    return draft


def draft_of(draft_id: UUID) -> Draft | None:
    """A draft; None if it is gone."""
    try:
        data = json.loads((drafts_folder() / str(draft_id) / NOTE_FILE).read_text("utf-8"))
    except OSError:
        return None
    return Draft(**{**data, "id": draft_id})


def _write(draft: Draft) -> None:
    content = json.dumps({**asdict(draft), "id": str(draft.id)}, ensure_ascii=False)
    write_atomically(draft.folder / NOTE_FILE, content.encode())


def examine_draft(draft_id: UUID) -> str:
    """The dry run: note every mistake, or what the network holds; returns the state."""
    from steiger.engines.flood.network import examine

    draft = draft_of(draft_id)
    if draft is None:
        return "gone"
    found = examine(draft.folder)
    problems = [problem.as_dict() for problem in found.problems]
    summary: dict[str, Any] = {}
    if found.network is not None and found.observations is not None:
        problems = _unfit(draft, found.network, found.observations)
        summary = _summary(found.network, found.observations) if not problems else {}
    state = WRONG if problems else GOOD
    _write(replace(draft, state=state, problems=problems, summary=summary))
    return state


def _unfit(draft: Draft, engine: EngineNetwork, seen: Observations) -> list[dict[str, Any]]:
    """What the engine takes but the room cannot use. ``code`` is put into words by the page."""
    found = []
    if not engine.targets:
        found.append(_problem(NETWORK_FILE, "no_target", field="target"))
    if not len(seen):
        found.append(_problem(VALUES_FILE, "no_rows"))
    known = Network.objects.filter(key=draft.key).first()
    if known is not None:
        ids = set(engine.ids)
        gone = [s for s in known.sensors.all() if s.source_id not in ids]
        found += [_problem(NETWORK_FILE, "gone", sensor=sensor.source_id) for sensor in gone]
        if round(engine.step.total_seconds()) != known.step_s:
            found.append(_problem(NETWORK_FILE, "step", field="step"))
    return found


def _problem(file: str, code: str, *, sensor: str = "", field: str = "") -> dict[str, Any]:
    return {
        "file": file,
        "sensor": sensor,
        "row": None,
        "field": field,
        "text": "",
        "code": code,
    }


def _summary(engine: EngineNetwork, seen: Observations) -> dict[str, Any]:
    import numpy as np

    from steiger.engines.flood.quality import check_quality

    flags = check_quality(engine, seen)
    told = sorted(
        (flag for flag in flags.items if str(flag.as_dict()["effect"]) != "note"),
        key=lambda flag: -flag.count,
    )
    return {
        "name": engine.name,
        "step_s": round(engine.step.total_seconds()),
        "kinds": dict(Counter(str(sensor.kind) for sensor in engine.sensors)),
        "placed": sum(sensor.lat is not None for sensor in engine.sensors),
        "gauges": [
            {
                "name": sensor.name or sensor.id,
                "unit": sensor.unit,
                "levels": list(sensor.warning_levels),
                "share": round(float(np.isfinite(seen.column(sensor.id)).mean()), 4),
            }
            for sensor in engine.targets
        ],
        "first": _iso(seen.times[0]),
        "last": _iso(seen.times[-1]),
        "rows": len(seen),
        "findings": len(told),
        "told": [
            {"sensor": flag.sensor, "from": _iso(flag.start), "count": flag.count, **_reason(flag)}
            for flag in told[:MOST_FINDINGS]
        ],
        "unused": round(float(flags.unusable.mean()), 4) if flags.unusable.size else 0.0,
    }


def _reason(flag: Any) -> dict[str, str]:
    return {"text_de": flag.reason["de"], "text_en": flag.reason["en"]}


def _iso(time: Any) -> str:
    return datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(int)), UTC).isoformat()


def drop_draft(draft: Draft) -> None:
    """Forget a draft with its files."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def prune_drafts() -> int:
    """Forget drafts that nobody took over within a day; returns how many."""
    root = drafts_folder()
    old = (timezone.now() - KEPT).timestamp()
    stale = [path for path in root.glob("*") if path.stat().st_mtime < old] if root.is_dir() else []
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)
    return len(stale)
