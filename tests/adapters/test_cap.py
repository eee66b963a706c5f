"""CAP 1.2: what we write is valid and can be read back; what others write is read with care."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from factories.flood_forecasts import outlook, small_network
from steiger.adapters.cap import (
    CapAlert,
    CapArea,
    CapError,
    CapInfo,
    CapReference,
    Circle,
    NamedValue,
    Polygon,
    cap_of,
    cap_renderer,
    file_name,
    german_profile,
    parse_cap,
    read_profile,
    write_cap,
)
from steiger.adapters.cap import types as words
from steiger.engines.flood.network import Kind, Network, Sensor
from steiger.engines.flood.warning import GaugeState, WarningEvent, WarningPolicy, advance

NETWORK = small_network()
POLICY = WarningPolicy(confirm_cycles=1, clear_cycles=1, time_zone="Europe/Berlin")
SOURCE = Path(words.__file__).parent / "germany.toml"


def story() -> list[WarningEvent]:
    """Raised by forecast, escalated by measurement, lowered, cleared."""
    states: dict[str, GaugeState] = {}
    events: list[WarningEvent] = []
    likely = [(0.8, 0.1, 0.0)] * 3
    calm = [(0.0, 0.0, 0.0)] * 3
    cycles = [(likely, 0.6), (likely, 2.3), (likely, 1.2), (calm, 0.4)]
    for number, (p, last) in enumerate(cycles):
        states, new = advance(states, outlook(number, p=p, last=last), POLICY)
        events += new
    return events


EVENTS = story()


def messages(status: str = "Exercise") -> list[CapAlert]:
    return [cap_of(event, german_profile(), NETWORK, status) for event in EVENTS]


def alert(**change: object) -> CapAlert:
    fields: dict[str, object] = {
        "identifier": "a.1",
        "sender": "x@example.org",
        "sent": datetime(2021, 7, 14, 6, tzinfo=UTC),
        "status": "Test",
        "message_type": "Alert",
        "scope": "Public",
    }
    return CapAlert(**{**fields, **change})  # type: ignore[arg-type]


def test_story_becomes_alert_updates_and_cancel() -> None:
    alerts = messages()
    assert [a.message_type for a in alerts] == ["Alert", "Update", "Update", "Cancel"]
    assert [len(a.references) for a in alerts] == [0, 1, 2, 3]
    for later in alerts[1:]:
        for reference in later.references:
            earlier = next(a for a in alerts if a.identifier == reference.identifier)
            assert (earlier.sender, earlier.sent) == (reference.sender, reference.sent)


def test_words_follow_what_the_change_rests_on() -> None:
    infos = [a.infos[0] for a in messages()]
    assert [(i.urgency, i.severity, i.certainty) for i in infos] == [
        ("Expected", "Minor", "Likely"),
        ("Immediate", "Severe", "Observed"),
        ("Expected", "Minor", "Possible"),
        ("Past", "Minor", "Unlikely"),
    ]
    assert infos[3].response_types == ("AllClear",)
    assert infos[0].headline == "Hochwasser: Meldestufe 1 am Pegel Brücke"
    assert infos[3].headline == "Entwarnung: Pegel Brücke"


def test_both_languages_say_the_same_in_every_message() -> None:
    for message in messages():
        german, english = message.infos
        assert (german.language, english.language) == ("de-DE", "en-GB")
        assert german.parameters == english.parameters
        assert german.areas == english.areas
        assert german.description.count("\n") == english.description.count("\n")


def test_status_is_an_exercise_unless_somebody_decides_otherwise(tmp_path: Path) -> None:
    assert {a.status for a in messages()} == {"Exercise"}
    with pytest.raises(CapError, match="somebody has checked"):
        cap_renderer(german_profile(), NETWORK, "Actual")
    checked = tmp_path / "own.toml"
    checked.write_text(SOURCE.read_text().replace("checked = false", "checked = true"))
    render = cap_renderer(read_profile(checked), NETWORK, "Actual")
    assert parse_cap(render(EVENTS[0])[0].content).status == "Actual"


def test_same_event_gives_the_same_bytes_and_name() -> None:
    render = cap_renderer(german_profile(), NETWORK, "Test")
    assert [render(e) for e in EVENTS] == [render(e) for e in story()]
    names = [file_name(e) for e in EVENTS]
    assert len(set(names)) == len(names)
    assert sorted(names) == names


@pytest.mark.shared
def test_every_message_is_valid_by_the_schema_of_oasis(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "data/flood/schemas/CAP-v1.2.xsd"))
    full = alert(
        source="s", note="n", codes=("IPAWSv1.0",), incidents=("one", "two words"),
        references=(CapReference("x@example.org", "a.0", datetime(2021, 7, 14, tzinfo=UTC)),),
        infos=(
            CapInfo(
                categories=("Met",), event="Flood", urgency="Future", severity="Minor",
                certainty="Possible", audience="all", web="https://example.org", contact="112",
                expires=datetime(2021, 7, 15, 2, tzinfo=timezone(timedelta(hours=2))),
                areas=(
                    CapArea(
                        description="Tal",
                        polygons=(Polygon(((51, 7), (51.1, 7), (51, 7.1), (51, 7))),),
                        circles=(Circle(51.2, -0.000001, 5.0),),
                        geocodes=(NamedValue("SHN", "051240000000"),),
                    ),
                ),
            ),
        ),
    )  # fmt: skip
    for message in [*messages(), full, alert()]:
        schema.assertValid(etree.fromstring(write_cap(message)))


@pytest.mark.shared
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_message_is_valid_by_the_schema(shared: Path, data: st.DataObject) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "data/flood/schemas/CAP-v1.2.xsd"))
    schema.assertValid(etree.fromstring(write_cap(data.draw(alerts()))))


# XML keeps these apart from any spelling; spaces at the ends and line ends are normalised.
text = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
times = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - the zone comes from the other strategy
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=5))]),
).map(lambda moment: moment.replace(microsecond=0))
name = st.text(string.ascii_letters + string.digits + "@.-:", min_size=1, max_size=20)
named = st.builds(NamedValue, text, text)
degrees = st.integers(-89_000_000, 89_000_000).map(lambda n: n / 1_000_000)
circles = st.builds(Circle, degrees, degrees, st.integers(0, 9_000_000).map(lambda n: n / 1_000))
corners = st.lists(st.tuples(degrees, degrees), min_size=3, max_size=6)
polygons = corners.map(lambda points: Polygon((*points, points[0])))


def many(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=3).map(tuple)


def some(values: frozenset[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2).map(tuple)


@st.composite
def alerts(draw: st.DrawFn) -> CapAlert:
    area = st.builds(
        CapArea, description=text, polygons=many(polygons), circles=many(circles),
        geocodes=many(named),
    )  # fmt: skip
    info = st.builds(
        CapInfo,
        language=st.sampled_from(["de-DE", "en", "tlh"]),
        categories=some(words.CATEGORIES),
        event=text,
        response_types=some(words.RESPONSE_TYPES),
        urgency=st.sampled_from(sorted(words.URGENCIES)),
        severity=st.sampled_from(sorted(words.SEVERITIES)),
        certainty=st.sampled_from(sorted(words.CERTAINTIES)),
        event_codes=many(named),
        effective=st.none() | times,
        onset=st.none() | times,
        expires=st.none() | times,
        headline=st.just("") | text,
        description=st.just("") | text,
        parameters=many(named),
        areas=many(area),
    )
    references = st.lists(st.builds(CapReference, name, name, times), min_size=1, max_size=3)
    return CapAlert(
        identifier=draw(name),
        sender=draw(name),
        sent=draw(times),
        status=draw(st.sampled_from(sorted(words.STATUSES))),
        message_type=draw(st.sampled_from(sorted(words.MESSAGE_TYPES))),
        scope="Public",
        note=draw(st.just("") | text),
        references=tuple(draw(references)),
        incidents=tuple(draw(st.lists(name, max_size=2))),
        infos=tuple(draw(st.lists(info, max_size=2))),
    )


@settings(max_examples=150, deadline=None)
@given(alerts())
def test_what_is_written_is_read_back(message: CapAlert) -> None:
    assert parse_cap(write_cap(message)) == message


def test_utc_is_written_as_the_standard_wants_it() -> None:
    assert b"<sent>2021-07-14T06:00:00-00:00</sent>" in write_cap(alert())


def test_incident_with_spaces_is_quoted() -> None:
    message = alert(incidents=("Flood of July", "x"))
    assert b'"Flood of July" x' in write_cap(message)
    assert parse_cap(write_cap(message)) == message


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"identifier": "a b"}, "identifier"),
        ({"identifier": ""}, "identifier"),
        ({"identifier": "a,b"}, "identifier"),
        ({"sender": "<x>"}, "sender"),
        ({"sent": datetime(2021, 7, 14)}, "sent has no time zone"),  # noqa: DTZ001
        ({"status": "Earnest"}, "status"),
        ({"message_type": "Alarm"}, "msgType"),
        ({"message_type": "Cancel"}, "references are missing"),
        ({"message_type": "Update"}, "references are missing"),
        ({"scope": "Secret"}, "scope"),
        ({"scope": "Restricted"}, "restriction"),
        ({"scope": "Private"}, "addresses"),
    ],
)
def test_message_that_breaks_the_standard_is_refused(change: dict[str, object], word: str) -> None:
    with pytest.raises(CapError, match=word):
        alert(**change)


def test_character_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(CapError, match="note holds"):
        write_cap(alert(note="bell \x07"))


@pytest.mark.parametrize(
    "points", [((51, 7), (51, 8), (51, 7)), ((51, 7), (51, 8), (52, 8), (51, 9)), ((91, 7),) * 4]
)
def test_polygon_that_is_no_ring_is_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(CapError):
        Polygon(points)


HOSTILE = {
    "empty": b"",
    "no xml": b"PK\x03\x04",
    "other document": b"<rss/>",
    "no namespace": b"<alert/>",
    "cap 1.1": b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>',
    "nothing inside": b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>',
    "bomb": b'<!DOCTYPE a [<!ENTITY b "x">]>' + write_cap(alert()).split(b"\n", 1)[1],
    "bad time": write_cap(alert()).replace(b"06:00:00", b"26:00:00"),
    "no zone": write_cap(alert()).replace(b"06:00:00-00:00", b"06:00:00"),
    "bad status": write_cap(alert()).replace(b">Test<", b">Maybe<"),
    "cut off": write_cap(alert())[:-30],
    "bad reference": write_cap(alert()).replace(
        b"<scope>Public</scope>", b"<scope>Public</scope><references>x,y</references>"
    ),
    "huge": b" " * 20_000_001,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_foreign_document_that_is_no_message_is_refused(kind: str) -> None:
    with pytest.raises(CapError):
        parse_cap(HOSTILE[kind])


@pytest.mark.parametrize(
    ("circle", "word"), [("51.2 5", "latitude"), ("51,7", "circle"), ("51,x 5", "no number")]
)
def test_foreign_circle_that_is_none_is_refused(circle: str, word: str) -> None:
    info = CapInfo(
        categories=("Met",), event="e", urgency="Past", severity="Minor", certainty="Likely",
        areas=(CapArea(description="a", circles=(Circle(51, 7, 5),)),),
    )  # fmt: skip
    content = write_cap(alert(infos=(info,)))
    spoilt = content.replace(b"51.000000,7.000000 5.000", circle.encode())
    assert spoilt != content
    with pytest.raises(CapError, match=word):
        parse_cap(spoilt)


def test_message_of_another_sender_is_read() -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8"?>
    <cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"><!-- by another program -->
      <cap:identifier>KSTO1055887203</cap:identifier><cap:sender>a@b.example</cap:sender>
      <cap:sent>2003-06-17T14:57:00.000-07:00</cap:sent><cap:status>Actual</cap:status>
      <cap:msgType>Alert</cap:msgType><cap:scope>Public</cap:scope>
      <cap:info><cap:category>Met</cap:category><cap:event>STORM</cap:event>
        <cap:urgency>Immediate</cap:urgency><cap:severity>Severe</cap:severity>
        <cap:certainty>Observed</cap:certainty>
        <cap:area><cap:areaDesc>A county</cap:areaDesc>
          <cap:polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14</cap:polygon>
        </cap:area></cap:info></cap:alert>"""
    message = parse_cap(content)
    assert message.infos[0].language == "en-US"
    assert message.infos[0].areas[0].polygons[0].points[1] == (38.34, -119.95)


def test_area_is_a_circle_around_the_gauge_unless_the_profile_has_one(tmp_path: Path) -> None:
    (area,) = messages()[0].infos[0].areas
    assert area.circles == (Circle(51.2, 7.1, 5.0),)
    own = tmp_path / "own.toml"
    own.write_text(
        SOURCE.read_text()
        + '[area.g1]\ndescription = "Talachse"\ngeocodes = { SHN = "051240000000" }\n'
        + 'parameters = { warnVerwaltungsbereiche = "051240000000" }\n'
        + "polygons = [[[51.2, 7.1], [51.3, 7.1], [51.3, 7.2], [51.2, 7.1]]]\n"
    )
    info = cap_of(EVENTS[0], read_profile(own), NETWORK, "Test").infos[0]
    assert info.areas[0].description == "Talachse"
    assert info.areas[0].geocodes == (NamedValue("SHN", "051240000000"),)
    assert info.areas[0].circles == ()
    assert NamedValue("warnVerwaltungsbereiche", "051240000000") in info.parameters


def test_gauge_without_place_still_has_an_area_by_name() -> None:
    sensor = Sensor(id="g1", kind=Kind.WATER_LEVEL, unit="m", target=True)
    network = Network("Tal", timedelta(hours=1), (sensor,))
    (area,) = cap_of(EVENTS[0], german_profile(), network, "Test").infos[0].areas
    assert area == CapArea(description="Brücke")


def test_strange_ids_and_names_stay_harmless() -> None:
    event = advance(
        {}, outlook(gauge="Österr., <a>&/../x", name="A & B <c>", last=1.5), POLICY
    )[1][0]  # fmt: skip
    content = write_cap(cap_of(event, german_profile(), NETWORK, "Test"))
    assert parse_cap(content).infos[0].headline.endswith("A & B <c>")
    assert "/" not in file_name(event)


PROFILE = SOURCE.read_text()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("checked = false", "checked = 1", "checked"),
        ("checked = false", "surprise = 1", "'surprise' is unknown"),
        ('sender = "hochwasser@example.org"', 'sender = "a b"', "sender"),
        ('sender = "hochwasser@example.org"', "", "sender is missing"),
        ('scope = "Public"', 'scope = "Private"', "public"),
        ('"Met", "Safety"', '"Water"', "categories"),
        ('"Europe/Berlin"', '"Europe/Bochum"', "time_zone"),
        ("radius_km = 5.0", "radius_km = -1", "radius_km"),
        ('severity = "Severe"', 'severity = "Bad"', "level 2: severity"),
        ('headline.en = "Flood: level 1 at gauge {gauge}"', "", "level 1: headline"),
        ('de = "de-DE"', 'de = "Deutsch!"', "languages"),
        ('"BBK-EVC-045"', "45", "event_codes"),
        ("[area]", "[area.g1]\ncolour = 1", "colour"),
        ("[area]", "[area.g1]\ndescription = 'x'\npolygons = [[[1, 2]]]", "area of 'g1'"),
        ("[area]", "[area.g1]\ndescription = 'x'\npolygons = [[1, 2]]", "area of 'g1'"),
        ("[[level]]", "[[lewel]]", "lewel"),
    ],
)
def test_profile_that_makes_no_sense_is_refused(
    old: str, new: str, word: str, tmp_path: Path
) -> None:
    assert old in PROFILE
    file = tmp_path / "own.toml"
    file.write_text(PROFILE.replace(old, new))
    with pytest.raises(CapError, match=word) as caught:
        read_profile(file)
    assert str(file) in str(caught.value)


def test_profile_that_is_missing_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CapError, match="cannot be read"):
        read_profile(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[")
    with pytest.raises(CapError, match="TOML"):
        read_profile(tmp_path / "bad.toml")
