"""Citations for the three formats that reference managers read."""

from steiger.adapters.citations.types import Citation
from steiger.adapters.citations.writers import as_bibtex, as_csl, as_csl_json, as_ris

__all__ = ["Citation", "as_bibtex", "as_csl", "as_csl_json", "as_ris"]
