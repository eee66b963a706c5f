"""Which catalogue a path names: ours, one in our form, MISSION KI's files, or OSCAL."""

from __future__ import annotations

from pathlib import Path

from steiger.engines.audit.catalogue import Catalogue, CatalogueError, own_catalogue, read_catalogue
from steiger.engines.audit.catalogue.reading import MAIN

FORMS = (
    f"Expected a folder with {MAIN}, a folder with MISSION KI's VCIO.json, or an OSCAL JSON file"
)


def open_catalogue(path: Path | None) -> Catalogue:
    """The catalogue at a path; our own without one.

    Raises:
        CatalogueError: there is nothing, or nothing that is a catalogue.
    """
    if path is None:
        return own_catalogue()
    if not path.exists():
        raise CatalogueError(f"{path}: there is no such file or folder. {FORMS}.")
    if path.is_file() and path.suffix == ".json":
        from steiger.adapters.oscal import read_oscal_catalogue

        return read_oscal_catalogue(path.read_bytes())
    if (path / MAIN).is_file():
        return read_catalogue(path)
    if (path / "VCIO.json").is_file():
        from steiger.adapters.mission_ki import read_mission_ki

        return read_mission_ki(path)
    raise CatalogueError(f"{path}: no catalogue. {FORMS}.")
