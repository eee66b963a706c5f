"""Foreign keys point only downwards: a lower room never needs a higher one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignObject, Model

ROOT = Path(__file__).resolve().parents[2]


def rooms_from_top() -> list[str]:
    """The order of rooms, read from the import contract, so that there is one truth."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = next(
        c for c in config["tool"]["importlinter"]["contracts"] if c["name"] == "Rooms in order"
    )
    return [room.strip() for layer in contract["layers"] for room in layer.split("|")]


def room_of(model: type[Model]) -> str:
    """The room a model lives in, or "" for a library's model."""
    parts = model.__module__.split(".")
    return parts[2] if parts[:2] == ["steiger", "web"] else ""


def own_models() -> list[type[Model]]:
    """Every model of ours."""
    return [model for model in apps.get_models() if room_of(model)]


def test_there_are_models_in_more_than_one_room() -> None:
    assert {"accounts", "directory"} <= {room_of(model) for model in own_models()}


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_downwards(model: type[Model]) -> None:
    order = rooms_from_top()
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for field in model._meta.get_fields()
        if isinstance(field, ForeignObject)
        and isinstance(field.related_model, type)
        and room_of(field.related_model)
        and order.index(room_of(field.related_model)) < order.index(room_of(model))
    ]
    assert upwards == []
