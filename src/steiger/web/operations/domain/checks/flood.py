"""The files of the flood networks lie where the database says."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError
from django.utils.translation import gettext as _

from steiger.web.flood.domain.folders import folder_of
from steiger.web.flood.models import Network
from steiger.web.operations.domain.findings import Finding

ORDER = 85
PART = "flood"
NETWORK_FILE, VALUES_FILE, MODEL_FILE = "network.toml", "observations.parquet", "manifest.json"


def look() -> Iterator[Finding]:
    """One line about files that are there, or one for each network that lacks some."""
    try:
        networks = list(Network.objects.exclude(stage=Network.Stage.PLANNED))
        missing = {network.key: _missing(network) for network in networks}
    except DatabaseError:
        text = _("They cannot be checked, because the database does not answer.")
        yield Finding(PART, "warn", text, _("Mend the database first."))
        return
    for key, names in missing.items():
        if names:
            text = _("Files of the network %(network)s are missing: %(names)s.")
            todo = _(
                "Restore a backup that holds them: “steiger restore FILE”. Those of a real network "
                "can also be handed in anew on the page “Flood warning: operation”."
            )
            values = {"network": key, "names": ", ".join(names)}
            yield Finding(PART, "fail", text % values, todo)
    if not any(missing.values()):
        text = _("Networks in operation: %(number)s; their files and models are there.")
        yield Finding(PART, "ok", text % {"number": len(networks)})


def _missing(network: Network) -> list[str]:
    """What the worker will look for in vain. Nothing is read: that would load its libraries."""
    models = network.models.filter(active=True).values_list("folder", flat=True)
    needed = [NETWORK_FILE, VALUES_FILE, *(f"{folder}/{MODEL_FILE}" for folder in models)]
    return [name for name in needed if not (folder_of(network) / name).is_file()]
