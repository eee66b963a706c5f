"""A gauge's model as plain files: JSON, NumPy arrays, and LightGBM's own text."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.features.past import Scale
from steiger.engines.flood.features.relations import Relations
from steiger.engines.flood.hydrology.gr4h import State
from steiger.engines.flood.hydrology.rating import MonotoneRating
from steiger.engines.flood.hydrology.recession import Recession
from steiger.engines.flood.models.bands import Bands
from steiger.engines.flood.models.blend import Blend, Regimes
from steiger.engines.flood.models.catchment import Catchment
from steiger.engines.flood.models.gauge import EXPERTS, GaugeModel, LeadModel, Plan
from steiger.engines.flood.models.ridge import Ridge
from steiger.engines.flood.models.settings import ModelError
from steiger.engines.flood.models.stretch import Stretch
from steiger.engines.flood.models.trees import Trees

Files = dict[str, bytes]
PLAN = "plan.json"


def as_json(data: Any) -> bytes:
    """JSON that keeps every bit of a number."""
    return (json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def model_to_files(model: GaugeModel) -> Files:
    """All files of a model, by name."""
    plan = plan_to_dict(model.plan)
    plan["leads"] = {name: list(leads) for name, leads in (("dry", model.dry), ("wet", model.wet))}
    files = {PLAN: as_json(plan)}
    for name, leads in (("dry", model.dry), ("wet", model.wet)):
        for steps, lead in leads.items():
            files |= _lead_to_files(f"{name}_{steps:03d}", lead)
    return files


def model_from_files(files: Files) -> GaugeModel:
    """What `model_to_files` gave.

    Raises:
        ModelError: a file is missing or damaged.
    """
    try:
        data = json.loads(files[PLAN])
        parts = {
            name: {
                steps: _lead_from_files(f"{name}_{steps:03d}", files)
                for steps in data["leads"][name]
            }
            for name in ("dry", "wet")
        }
        return GaugeModel(plan_from_dict(data), parts["dry"], parts["wet"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"the files of a gauge's model are damaged: {error!r}") from None


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """A plan as plain data."""
    catchment = None
    if plan.catchment is not None:
        own = plan.catchment
        catchment = {
            "parameters": list(own.parameters),
            "rating": asdict(own.rating) if own.rating else None,
            "gain": own.gain,
            "state": own.state.as_dict() if own.state else None,
        }
    return {
        "gauge": plan.gauge,
        "unit": plan.unit,
        "relations": asdict(plan.relations),
        "scale": asdict(plan.scale),
        "stretch": asdict(plan.stretch),
        "regimes": asdict(plan.regimes),
        "recession": asdict(plan.recession) if plan.recession else None,
        "checkpoint": f"{plan.checkpoint.astype('datetime64[s]')}",
        "fill": plan.fill.tolist(),
        "catchment": catchment,
        "floor": plan.floor,
    }


def plan_from_dict(data: dict[str, Any]) -> Plan:
    """What `plan_to_dict` gave."""
    catchment = None
    if data["catchment"]:
        own = data["catchment"]
        catchment = Catchment(
            tuple(own["parameters"]),
            MonotoneRating(**_tuples(own["rating"])) if own["rating"] else None,
            own["gain"],
            State.from_dict(own["state"]) if own["state"] else None,
        )
    return Plan(
        data["gauge"],
        data["unit"],
        Relations(**_tuples(data["relations"])),
        Scale(**data["scale"]),
        Stretch(**data["stretch"]),
        Regimes(**data["regimes"]),
        Recession(**_tuples(data["recession"])) if data["recession"] else None,
        np.datetime64(data["checkpoint"], "s"),
        np.array(data["fill"], dtype=np.float64),
        catchment,
        # Models of earlier versions have none.
        data.get("floor"),
    )


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _lead_to_files(name: str, lead: LeadModel) -> Files:
    about = {
        "steps": lead.steps,
        "ridge_level": lead.ridge.level,
        "blend": {
            "experts": list(lead.blend.experts),
            "weights": lead.blend.weights.tolist(),
            "raised": lead.blend.raised,
        },
        "bands": {
            "active_from": lead.bands.active_from,
            "quantiles": lead.bands.quantiles.tolist(),
            "size": _ridge_to_dict(lead.bands.size),
        },
        "blind_errors": lead.blind_errors.tolist(),
        "blind_active_from": lead.blind_active_from,
        "blind_from_usual": lead.blind_from_usual,
        "widen": lead.widen,
    }
    ridge = np.stack([lead.ridge.slopes, lead.ridge.centre, lead.ridge.low, lead.ridge.high])
    return {
        f"{name}.json": as_json(about),
        f"{name}_ridge.npy": array_to_bytes(ridge),
        f"{name}_trees.txt": lead.trees.text.encode(),
        f"{name}_model_trees.txt": lead.model_trees.text.encode(),
        f"{name}_blind.txt": lead.blind.text.encode(),
    }


def _lead_from_files(name: str, files: Files) -> LeadModel:
    about = json.loads(files[f"{name}.json"])
    ridge = array_from_bytes(files[f"{name}_ridge.npy"])
    bands, blend = about["bands"], about["blend"]
    return LeadModel(
        about["steps"],
        Ridge(ridge[0], ridge[1], ridge[2], ridge[3], about["ridge_level"]),
        Trees(files[f"{name}_trees.txt"].decode()),
        Trees(files[f"{name}_model_trees.txt"].decode()),
        Trees(files[f"{name}_blind.txt"].decode()),
        _blend_from_dict(blend),
        Bands(_ridge_from_dict(bands["size"]), bands["active_from"], np.array(bands["quantiles"])),
        _blind_errors(about["blind_errors"]),
        about["blind_active_from"],
        about.get("blind_from_usual", False),
        about["widen"],
    )


def _blind_errors(rows: list[list[float]]) -> NDArray[np.float64]:
    # Models of earlier versions do not know how much more the silence of neighbours costs.
    return np.array(rows if len(rows) == 4 else [*rows, *rows], dtype=np.float64)


def _blend_from_dict(data: dict[str, Any]) -> Blend:
    # Models of earlier versions know fewer experts: what they do not know has no weight.
    known = {name: place for place, name in enumerate(data["experts"])}
    if not set(known) <= set(EXPERTS):
        raise ModelError(f"experts {sorted(set(known) - set(EXPERTS))} are not known here")
    weights = np.array(data["weights"], dtype=np.float64)
    columns = [
        weights[:, known[name]] if name in known else np.zeros(len(weights)) for name in EXPERTS
    ]
    return Blend(EXPERTS, np.column_stack(columns), data["raised"])


def _ridge_to_dict(ridge: Ridge) -> dict[str, Any]:
    return {
        "slopes": ridge.slopes.tolist(),
        "centre": ridge.centre.tolist(),
        "low": ridge.low.tolist(),
        "high": ridge.high.tolist(),
        "level": ridge.level,
    }


def _ridge_from_dict(data: dict[str, Any]) -> Ridge:
    slopes, centre, low, high = (
        np.array(data[name]) for name in ("slopes", "centre", "low", "high")
    )
    return Ridge(slopes, centre, low, high, data["level"])


def array_to_bytes(array: NDArray[np.float64]) -> bytes:
    """An array in NumPy's format, the same bytes for the same array."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def array_from_bytes(content: bytes) -> NDArray[np.float64]:
    """What `array_to_bytes` gave; never runs code from the file."""
    array: NDArray[np.float64] = np.load(io.BytesIO(content), allow_pickle=False)
    return array
