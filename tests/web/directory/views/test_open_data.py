"""The catalogue of open data against DCAT-AP.de's own shapes, and lists against schema.org."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.directory import make_actor
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain import index
from steiger.web.directory.models import Actor, Identifier

rdflib = pytest.importorskip("rdflib")
pyshacl = pytest.importorskip("pyshacl")
pytestmark = pytest.mark.django_db

SHACL = "http://www.w3.org/ns/shacl#"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
SCHEMA = "http://schema.org/"


@pytest.fixture
def actors() -> list[Actor]:
    """A firm with everything, an institute, an initiative, and an invented one."""
    firm = make_actor(
        "Hammerwerk Digital", topics=("machine_learning",), short="HD", description="Schmiedet."
    )
    Identifier.objects.create(
        actor=firm, scheme="wikidata", value="Q42", source_id=firm.names.get(kind="short").source_id
    )
    made = [
        firm,
        make_actor("Institut", roles={"research_institution": "Forscht."}),
        make_actor("Netzwerk", kind=Actor.Kind.INITIATIVE, town="", spot=None),
        make_actor("Beispiel", is_example=True),
    ]
    index.rebuild()
    return made


def graph(client: Client, ending: str, form: str) -> Any:
    response = client.get(f"/landkarte/katalog.{ending}")
    assert response.status_code == 200
    return rdflib.Graph().parse(data=response.content, format=form)


@lru_cache(maxsize=1)
def shapes(folder: Path) -> Any:
    """All rules of the specification and of the book of conventions; nothing is fetched."""
    found = rdflib.Graph()
    for path in sorted(folder.glob("*.ttl")):
        found.parse(path)
    found.remove((None, rdflib.OWL.imports, None))
    return found


def violations(data: Any, folder: Path) -> list[str]:
    """Messages of severity violation and warning."""
    _, report, _ = pyshacl.validate(
        data,
        shacl_graph=shapes(folder),
        allow_warnings=False,
        do_owl_imports=False,
        inference="none",
    )
    sh = rdflib.Namespace(SHACL)
    return [
        f"{report.value(result, sh.resultMessage)} ({report.value(result, sh.focusNode)})"
        for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
        if report.value(result, sh.resultSeverity) in {sh.Violation, sh.Warning}
    ]


@pytest.mark.shared
def test_the_catalogue_meets_every_shape_of_dcat_ap_de(
    client: Client, actors: list[Actor], shared: Path
) -> None:
    folder = shared / "data/directory/dcat_ap_de_shacl"
    data = graph(client, "ttl", "turtle")
    assert violations(data, folder) == []
    # The shapes do look: without a title and with another licence they object.
    title = next(data.triples((None, rdflib.URIRef(f"{DCT}title"), None)))[0]
    data.remove((title, rdflib.URIRef(f"{DCT}title"), None))
    some = next(data.subjects(rdflib.RDF.type, rdflib.URIRef(f"{DCAT}Distribution")))
    data.set((some, rdflib.URIRef(f"{DCT}license"), rdflib.URIRef("https://l.example/")))
    assert len(violations(data, folder)) >= 2


def test_catalogue_lists_each_category_and_only_addresses_that_answer(
    client: Client, actors: list[Actor]
) -> None:
    data = graph(client, "jsonld", "json-ld")
    assert {len(data), len(graph(client, "rdf", "xml"))} == {len(graph(client, "ttl", "turtle"))}
    datasets = set(data.subjects(rdflib.RDF.type, rdflib.URIRef(f"{DCAT}Dataset")))
    assert len(datasets) == 4
    files = [str(url) for url in data.objects(None, rdflib.URIRef(f"{DCAT}downloadURL"))]
    assert len(files) == 16
    for url in files:
        path = "/" + url.split("/", 3)[3]
        response = client.get(path)
        assert response.status_code == 200
        assert b"is_example" not in b"".join(response.streaming_content)
        assert "examples=hide" in path


# --- schema.org -----------------------------------------------------------------------------------
@lru_cache(maxsize=1)
def vocabulary() -> tuple[dict[str, set[str]], dict[tuple[str, str], set[str]]]:
    """Types with all they inherit from, and (type, property) → what may stand there.

    From the vocabulary as SHACL that pyshacl brings along (schema.org, CC BY-SA 3.0).
    """
    path = Path(pyshacl.__file__).parent / "assets/schema.ttl"
    found = rdflib.Graph().parse(path)
    sh, below = rdflib.Namespace(SHACL), rdflib.RDFS.subClassOf
    types: dict[str, set[str]] = {}
    allowed: dict[tuple[str, str], set[str]] = {}
    for node in set(found.subjects(rdflib.RDF.type, rdflib.RDFS.Class)):
        name = _short(node)
        types[name] = {_short(up) for up in found.transitive_objects(node, below)}
        for shape in found.objects(node, sh.property):
            ranges = {_short(value) for value in _ranges(found, shape, sh)}
            allowed[name, _short(found.value(shape, sh.path))] = ranges
    # pyshacl's copy is older than this type, which schema.org has beside Corporation and others.
    types.setdefault("ResearchOrganization", {"ResearchOrganization", *types["Organization"]})
    return types, allowed


def _ranges(found: Any, shape: Any, sh: Any) -> list[Any]:
    ways = [shape]
    if (choice := found.value(shape, sh["or"])) is not None:
        ways += list(rdflib.collection.Collection(found, choice))
    return [
        value
        for way in ways
        for what in (sh["class"], sh.datatype, sh.nodeKind)
        for value in found.objects(way, what)
    ]


def _short(node: Any) -> str:
    return str(node).rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def objections(node: dict[str, Any], where: str = "") -> list[str]:
    """What schema.org would not understand in a node."""
    types, allowed = vocabulary()
    kind = node["@type"]
    if kind not in types:
        return [f"{where}{kind}: no such type"]
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        ranges = [allowed[up, name] for up in types[kind] if (up, name) in allowed]
        if not ranges:
            found.append(f"{where}{kind}.{name}: no such property")
        for one in value if isinstance(value, list) else [value]:
            found += _value_objections(one, set().union(*ranges), f"{where}{kind}.{name}.")
    return found


def _value_objections(one: Any, ranges: set[str], where: str) -> list[str]:
    types, _ = vocabulary()
    if isinstance(one, dict):
        found = objections(one, where)
        if ranges and one["@type"] in types and not types[one["@type"]] & ranges:
            found.append(f"{where} holds {one['@type']}, allowed: {sorted(ranges)}")
        return found
    texts = {"string", "anyURI", "date", "dateTime", "gYear", "HTML", "IRI"}
    plain = texts | (
        {"boolean"} if isinstance(one, bool) else {"float", "double", "decimal", "integer"}
    )
    # An address may stand for a thing of any kind.
    if ranges and not ranges & plain and not str(one).startswith("http"):
        return [f"{where} holds {one!r}, allowed: {sorted(ranges)}"]
    return []


def test_json_ld_holds_only_what_schema_org_knows(client: Client, actors: list[Actor]) -> None:
    content = b"".join(client.get("/landkarte/daten.jsonld").streaming_content)  # type: ignore[arg-type]
    document = json.loads(content)
    assert document["@context"] == "https://schema.org"
    nodes = document["@graph"]
    assert [node["@type"] for node in nodes].count("Dataset") == 1
    assert {"Organization", "ResearchOrganization", "Project"} <= {n["@type"] for n in nodes}
    assert [text for node in nodes for text in objections(node)] == []
    assert objections({"@type": "Organization", "colour": "blue"}) == [
        "Organization.colour: no such property"
    ]
    assert objections({"@type": "Organization", "location": {"@type": "Offer"}}) != []


def test_the_page_of_an_entry_says_only_what_schema_org_knows(
    client: Client, actors: list[Actor]
) -> None:
    for actor in actors:
        page = client.get(actor.get_absolute_url()).content.decode()
        text = page.split('<script type="application/ld+json"', 1)[1].split(">", 1)[1]
        assert objections(json.loads(text.split("</script>", 1)[0])) == []


def test_the_catalogue_was_not_issued_before_the_log_began(
    client: Client, actors: list[Actor]
) -> None:
    began = timezone.now() - timedelta(days=3)
    LogEntry.objects.create(at=began, act="system.start")
    for days, issued in ((365, began), (2, timezone.now() - timedelta(days=2))):
        Actor.objects.update(created_at=timezone.now() - timedelta(days=days))
        days_told = {
            str(day)
            for day in graph(client, "ttl", "turtle").objects(None, rdflib.URIRef(f"{DCT}issued"))
        }
        assert days_told == {str(timezone.localdate(issued))}
