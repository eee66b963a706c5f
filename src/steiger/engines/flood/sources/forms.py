"""How each source is addressed, and what a network says about it: `[source.NAME]`, `source = …`.

Only data and checks; the adapter of the same name does the asking. A key of an API is never
written down: the file names a variable of the environment, and only ones that are meant for it, so
that no other secret of the machine can be sent away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,39}")
VARIABLE = re.compile(r"STEIGER_SOURCE_KEY_[A-Z0-9_]{1,60}")
ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?")
LONGEST = 300
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class SourceFormError(ValueError):
    """A source is not declared well.

    Attributes:
        field: which one is meant.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


#: What a source may speak, by what it measures; the first is the usual one.
UNITS: Mapping[str, tuple[str, ...]] = {
    "water_level": ("cm", "m", "mm"),
    "reservoir_level": ("m", "cm", "mm"),
    "discharge": ("m3/s", "l/s"),
    "release": ("m3/s", "l/s"),
    "rain": ("mm",),
    "potential_evapotranspiration": ("mm",),
    "temperature": ("°C", "K"),
    "soil_moisture": ("%", "m3/m3"),
    "air_pressure": ("hPa", "Pa"),
    "humidity": ("%",),
    "wind": ("m/s", "km/h"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing to say about a source; `name` is also what the adapter calls it.

    `kind` is address, text, number, variable (of the environment), or choice of `choices`.
    """

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one source is addressed.

    Attributes:
        adapter: folder below `steiger.adapters`.
        key: what a sensor's key looks like; empty where the sensor's place decides.
        key_form: the same as a pattern.
        settings: what can be said about the source.
        reach: how far back it answers.
        window: the longest time that one question asks for.
        together: whether one question serves all sensors.
        says_unit: whether its answers carry the unit.
        observes, forecasts: what it gives.
        kinds: what it measures; empty for anything.
    """

    adapter: str
    name: str
    key: str = ""
    key_form: re.Pattern[str] = re.compile(r"\S(.{0,298}\S)?")
    settings: tuple[Setting, ...] = ()
    reach: timedelta
    window: timedelta
    together: bool = False
    says_unit: bool = True
    observes: bool = True
    forecasts: bool = False
    kinds: tuple[str, ...] = ()

    def setting(self, name: str) -> Setting | None:
        """What can be said under this name."""
        return next((one for one in self.settings if one.name == name), None)


_BASE = Setting(name="base", kind="address")
_OWN = Setting(name="base", kind="address", required=True)
FORMS: Mapping[str, Form] = {
    form.adapter: form
    for form in (
        Form(
            adapter="pegelonline",
            name="PEGELONLINE",
            key="UUID/W",
            key_form=re.compile(r"[^/\s]+/[A-Z]{1,4}"),
            settings=(_BASE,),
            reach=timedelta(days=30),
            window=timedelta(days=31),
            says_unit=False,
            kinds=("water_level", "discharge", "temperature", "wind", "humidity"),
        ),
        Form(
            adapter="nrw_flood_portal",
            name="Hochwasserportal NRW",
            key="site/number",
            key_form=re.compile(r"\d+/\d+"),
            settings=(_BASE,),
            reach=timedelta(days=7),
            window=timedelta(days=7),
            kinds=("water_level",),
        ),
        Form(
            adapter="kiwis",
            name="KiWIS",
            key="ts_id",
            key_form=re.compile(r"\d{1,20}"),
            settings=(_OWN,),
            reach=timedelta(days=3650),
            window=timedelta(days=30),
        ),
        Form(
            adapter="sos52north",
            name="52°North",
            key="id",
            settings=(_BASE,),
            reach=timedelta(days=3650),
            window=timedelta(days=30),
            says_unit=False,
        ),
        Form(
            adapter="radolan",
            name="RADOLAN / RADVOR",
            settings=(
                _BASE,
                Setting(name="product", kind="choice", choices=("RW", "RY", "RV")),
                Setting(name="around", kind="number", most=10),
            ),
            reach=timedelta(days=2),
            window=timedelta(days=2),
            together=True,
            forecasts=True,
            kinds=("rain",),
        ),
        Form(
            adapter="icon_d2_eps",
            name="ICON-D2-EPS",
            settings=(_BASE,),
            reach=DAY,
            window=timedelta(hours=48),
            together=True,
            observes=False,
            forecasts=True,
            kinds=("rain",),
        ),
        Form(
            adapter="fews",
            name="Delft-FEWS",
            key="location/parameter",
            key_form=re.compile(r"[^/]+/[^/]+"),
            settings=(_OWN, Setting(name="filter_id", kind="text")),
            reach=timedelta(days=3650),
            window=timedelta(days=30),
        ),
        Form(
            adapter="ttn",
            name="The Things Network",
            key="device/field",
            key_form=re.compile(r"[a-z0-9\-]+/\S+"),
            settings=(
                Setting(name="application", kind="text", required=True),
                Setting(name="key_env", kind="variable", required=True),
                _BASE,
            ),
            reach=timedelta(days=7),
            window=timedelta(days=7),
            together=True,
            says_unit=False,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One `[source.NAME]` of a network; `settings` are (name, value) in the form's order."""

    name: str
    adapter: str
    settings: tuple[tuple[str, str | int], ...] = ()

    @property
    def form(self) -> Form:
        """How it is addressed."""
        return FORMS[self.adapter]

    def as_dict(self) -> dict[str, str | int]:
        """As it stands in the file."""
        return {"adapter": self.adapter, **dict(self.settings)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where one sensor is read: `source` is a name, `key` what that source calls the sensor.

    `unit` is what the source speaks, where its answers do not say; empty if it is the file's.
    """

    source: str
    key: str = ""
    unit: str = ""

    def as_dict(self) -> dict[str, str]:
        """As it stands in the file, without what is empty."""
        told = {"source": self.source, "key": self.key, "unit": self.unit}
        return {name: value for name, value in told.items() if value}


def parse_source(name: str, table: object) -> Source:
    """A source as it was declared.

    Raises:
        SourceFormError: naming the field.
    """
    if not NAME.fullmatch(name):
        raise SourceFormError(
            "name", f"the name {_shown(name)} has other signs than a–z, 0–9, “_” and “-”"
        )
    if not isinstance(table, Mapping):
        raise SourceFormError("source", "is no table")
    adapter = table.get("adapter", "")
    form = FORMS.get(adapter) if isinstance(adapter, str) else None
    if form is None:
        text = f"adapter {_shown(adapter)} is unknown; known are {', '.join(FORMS)}"
        raise SourceFormError("adapter", text if adapter else "adapter is missing")
    known = [one.name for one in form.settings]
    for key in table:
        if key != "adapter" and key not in known:
            raise SourceFormError(
                str(key), f"{_shown(key)} is unknown; for {adapter} there are {', '.join(known)}"
            )
    found = []
    for one in form.settings:
        value = table.get(one.name, "")
        if value == "" and one.required:
            raise SourceFormError(one.name, f"{one.name} is missing")
        if value != "":
            found.append((one.name, _value(one, value)))
    return Source(name=name, adapter=form.adapter, settings=tuple(found))


def _value(setting: Setting, value: object) -> str | int:
    name = setting.name
    if setting.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= setting.most:
            text = f"{name} is {_shown(value)}, no whole number from 0 to {setting.most}"
            raise SourceFormError(name, text)
        return value
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise SourceFormError(name, f"{name} is {_shown(value)}, no text of one line")
    text = value.strip()
    if setting.kind == "address":
        text = text.rstrip("/")
        if not ADDRESS.fullmatch(text):
            raise SourceFormError(name, f"{name} is {_shown(value)}, no address such as https://…")
    if setting.kind == "variable" and not VARIABLE.fullmatch(text):
        raise SourceFormError(
            name, f"{name} is {_shown(value)}, no variable such as STEIGER_SOURCE_KEY_VALLEY"
        )
    if setting.choices and text not in setting.choices:
        raise SourceFormError(
            name, f"{name} is {_shown(value)}, none of {', '.join(setting.choices)}"
        )
    return text


def parse_feed(table: object, sources: Mapping[str, Source], kind: str, *, placed: bool) -> Feed:
    """Where a sensor of this kind is read; `placed`: whether its place is known.

    Raises:
        SourceFormError: naming the field.
    """
    if not isinstance(table, Mapping):
        raise SourceFormError("source", "source is no table such as { source = …, key = … }")
    unknown = sorted(str(key) for key in table if key not in {"source", "key", "unit"})
    if unknown:
        raise SourceFormError(
            "source", f"source: {_shown(unknown[0])} is unknown; known are source, key, unit"
        )
    told = {}
    for name in ("source", "key", "unit"):
        value = table.get(name, "")
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            raise SourceFormError(name, f"source: {name} is {_shown(value)}, no text of one line")
        told[name] = value.strip()
    feed = Feed(**told)
    if not feed.source:
        raise SourceFormError("source", "source: the name of the source is missing")
    source = sources.get(feed.source)
    if source is None:
        known = ", ".join(sources) or "none"
        raise SourceFormError(
            "source", f"source {_shown(feed.source)} is not declared; declared are {known}"
        )
    _check_feed(feed, source.form, kind, placed=placed)
    return feed


def _check_feed(feed: Feed, form: Form, kind: str, *, placed: bool) -> None:
    if not form.observes:
        raise SourceFormError("source", f"source: {form.name} forecasts and does not measure")
    if form.kinds and kind not in form.kinds:
        raise SourceFormError("source", f"source: {form.name} does not measure {kind}")
    if form.key and not feed.key:
        raise SourceFormError("key", f"source: key is missing; {form.name} wants {form.key}")
    if form.key and not form.key_form.fullmatch(feed.key):
        raise SourceFormError(
            "key", f"source: key is {_shown(feed.key)}; {form.name} wants {form.key}"
        )
    if not form.key and feed.key:
        raise SourceFormError("key", f"source: {form.name} has no keys; the sensor’s place decides")
    if not form.key and not placed:
        raise SourceFormError("source", f"source: {form.name} needs lat and lon of the sensor")
    if form.says_unit and feed.unit:
        raise SourceFormError("unit", f"source: {form.name} says its unit itself; leave unit out")


def check_rain_forecast(name: object, sources: Mapping[str, Source]) -> str:
    """The name of the source that forecasts rain; empty for none.

    Raises:
        SourceFormError: it is not declared, or forecasts nothing.
    """
    if name == "":
        return ""
    source = sources.get(name) if isinstance(name, str) else None
    if source is None:
        raise SourceFormError("rain_forecast", f"rain_forecast {_shown(name)} is not declared")
    if not source.form.forecasts:
        raise SourceFormError("rain_forecast", f"rain_forecast: {source.form.name} forecasts none")
    if source.adapter == "radolan" and dict(source.settings).get("product") != "RV":
        raise SourceFormError(
            "rain_forecast", "rain_forecast: of RADOLAN only product RV forecasts"
        )
    return source.name


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
