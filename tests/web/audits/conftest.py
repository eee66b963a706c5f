"""Folders of their own for uploads and keys, and the people of an examination."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage

from factories.audits import examiner, person
from steiger.web.accounts.models import User


@dataclass(frozen=True)
class People:
    """Who is who."""

    applicant: User
    first: User
    second: User
    colleague: User


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.DATA_DIR = tmp_path
    for name in ("base_location", "location", "_location"):
        default_storage.__dict__.pop(name, None)


@pytest.fixture
def people(db: None) -> People:
    """An applicant, two independent examiners, and one of the applicant's own organisation."""
    return People(
        applicant=person("antrag@giesserei.example"),
        first=examiner("erste@pruefhaus.example", "Prüfhaus Beispiel e. V."),
        second=examiner("zweite@institut.example", "Institut Beispiel"),
        colleague=examiner("kollege@gmx.de", "Beispiel Gießerei"),
    )
