"""CORDIS downloads in the layout of the source, made up: right ones and broken ones."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

ORGANISATION = (
    "projectID",
    "projectAcronym",
    "organisationID",
    "vatNumber",
    "name",
    "shortName",
    "SME",
    "activityType",
    "street",
    "postCode",
    "city",
    "country",
    "nutsCode",
    "geolocation",
    "organizationURL",
    "contactForm",
    "contentUpdateDate",
    "rcn",
    "order",
    "role",
    "ecContribution",
    "netEcContribution",
    "totalCost",
    "endOfParticipation",
    "active",
)
PROJECT = (
    "id",
    "acronym",
    "status",
    "title",
    "startDate",
    "endDate",
    "totalCost",
    "ecMaxContribution",
    "legalBasis",
    "topics",
    "ecSignatureDate",
    "frameworkProgramme",
    "masterCall",
    "subCall",
    "fundingScheme",
    "nature",
    "objective",
    "contentUpdateDate",
    "rcn",
    "grantDoi",
    "keywords",
)
Row = Mapping[str, str]


def organisation(project: int, number: int, **values: str) -> dict[str, str]:
    """One participation of an invented firm in Hagen."""
    return dict.fromkeys(ORGANISATION, "") | {
        "projectID": str(101070000 + project),
        "projectAcronym": f"BEISPIEL-{project}",
        "organisationID": str(999000000 + number),
        "name": f"BEISPIEL WERKSTATT {number} GMBH",
        "SME": "true",
        "activityType": "PRC",
        "street": "BEISPIELSTRASSE 1",
        "postCode": "58095",
        "city": "Hagen",
        "country": "DE",
        "nutsCode": "DEA53",
        "geolocation": f"51.36,7.{4000 + number}",
        "organizationURL": f"https://werkstatt-{number}.example.org",
        "contentUpdateDate": "2024-05-01 12:30:00",
        "role": "participant",
        "ecContribution": "100000",
        "endOfParticipation": "false",
        **values,
    }


def project(number: int, **values: str) -> dict[str, str]:
    """One invented project; its objective holds a quotation and a line break, as real ones do."""
    return dict.fromkeys(PROJECT, "") | {
        "id": str(101070000 + number),
        "acronym": f"BEISPIEL-{number}",
        "title": "Artificial intelligence; an example",
        "startDate": f"20{20 + number % 10}-01-01",
        "objective": 'We call it "an example".\nIt has two lines; and a semicolon.',
        **values,
    }


def text(columns: Iterable[str], rows: Iterable[Row]) -> str:
    """The rows as CORDIS writes them: every cell quoted, semicolons between them."""
    names = list(columns)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def download(
    folder: Path, organisations: Iterable[Row], projects: Iterable[Row], *, packed: bool = False
) -> Path:
    """A folder, or a ZIP with a folder in it, as CORDIS offers them."""
    files = {
        "organization.csv": text(ORGANISATION, organisations),
        "project.csv": text(PROJECT, projects),
    }
    if packed:
        path = folder / "cordis-HORIZONprojects-csv.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(f"csv/{name}", content)
        return path
    target = folder / "cordis"
    target.mkdir(exist_ok=True)
    for name, content in files.items():
        (target / name).write_text(content, encoding="utf-8")
    return target
