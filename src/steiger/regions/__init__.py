"""Regions as data: one folder each, read by a small typed loader. Nothing in code names a region.

region = load_region("nrw")
region.find_place("Koeln")          # places, best first
region.locate(7.47, 51.36)          # key of the municipality there
for actor in region.actors(): ...   # what the region's editors state
for actor in example_actors(region, 1500): ...  # visibly invented
"""

from steiger.regions.cases import CaseRules, load_case_rules
from steiger.regions.curation import CurationRules, load_curation_rules
from steiger.regions.fill import example_actors
from steiger.regions.flood import (
    FloodLevel,
    FloodWords,
    Valley,
    ValleySensor,
    load_flood_words,
)
from steiger.regions.loader import known_regions, load_region
from steiger.regions.region import Region
from steiger.regions.types import (
    AdmissionRule,
    Choice,
    District,
    FieldSpec,
    GeoFiles,
    GovernmentRegion,
    MapSource,
    Municipality,
    Office,
    Place,
    Programme,
    RegionError,
    SeedActor,
    SeedIdentifier,
    SeedLink,
    SeedName,
    SeedPlace,
    SeedRelation,
    SeedRole,
    Term,
    Vocabulary,
)

__all__ = [
    "AdmissionRule",
    "CaseRules",
    "Choice",
    "CurationRules",
    "District",
    "FieldSpec",
    "FloodLevel",
    "FloodWords",
    "GeoFiles",
    "GovernmentRegion",
    "MapSource",
    "Municipality",
    "Office",
    "Place",
    "Programme",
    "Region",
    "RegionError",
    "SeedActor",
    "SeedIdentifier",
    "SeedLink",
    "SeedName",
    "SeedPlace",
    "SeedRelation",
    "SeedRole",
    "Term",
    "Valley",
    "ValleySensor",
    "Vocabulary",
    "example_actors",
    "known_regions",
    "load_case_rules",
    "load_curation_rules",
    "load_flood_words",
    "load_region",
]
