"""OSCAL (NIST): catalogues in and out, results of an assessment out; JSON of version 1.1.3."""

from steiger.adapters.oscal.reading import read_oscal_catalogue
from steiger.adapters.oscal.results import assessment_results
from steiger.adapters.oscal.structure import check_catalogue, check_results
from steiger.adapters.oscal.writing import oscal_catalogue

__all__ = [
    "assessment_results",
    "check_catalogue",
    "check_results",
    "oscal_catalogue",
    "read_oscal_catalogue",
]
