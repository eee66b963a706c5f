"""Where a network's sensors are read: forms for staff, and what came of asking in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from steiger.engines.flood.sources.forms import FORMS, UNITS, Setting, Source, SourceFormError
from steiger.engines.flood.sources.forms import Form as SourceKind
from steiger.web.accounts.domain.audit import Actor
from steiger.web.flood.domain import feeds
from steiger.web.flood.domain.texts import name_of
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.forms import describe
from steiger.web.flood.interfaces.mistakes import mistake_text
from steiger.web.flood.interfaces.pages import room_context
from steiger.web.flood.interfaces.source_words import problem_text
from steiger.web.flood.models import Network, Sensor

LABELS = {
    "base": gettext_lazy("Address of the service"),
    "product": gettext_lazy("Product"),
    "around": gettext_lazy("Cells on each side that are averaged"),
    "filter_id": gettext_lazy("Subset of its series (filter)"),
    "application": gettext_lazy("Application"),
    "key_env": gettext_lazy("Variable of the environment that holds the key"),
}
HINTS = {
    "base": gettext_lazy("Only https on public hosts. Empty: the usual one."),
    "key_env": gettext_lazy("Begins with STEIGER_SOURCE_KEY_. The key itself is not kept here."),
    "around": gettext_lazy("0 to 10; 0 is the sensor’s own cell."),
}
PRODUCTS = {
    "RW": gettext_lazy("RW: rain of an hour, adjusted to gauges"),
    "RY": gettext_lazy("RY: rain of five minutes"),
    "RV": gettext_lazy("RV: forecast of two hours"),
}
OWN_ADDRESS = gettext_lazy("Only https on public hosts. The operator of the service names it.")
KINDS = {
    "": gettext_lazy("answers"),
    "away": gettext_lazy("does not answer"),
    "closed": gettext_lazy(
        "is not asked from here (only https on public hosts is; “steiger flood collect” asks "
        "services inside your own network)"
    ),
    "source": gettext_lazy("answers with an error"),
    "sense": gettext_lazy("sends values in another unit or time than was said; they are left out"),
    "clock": gettext_lazy("sends values of the future; they are left out"),
}


class SourceForm(forms.Form):
    """One source of a network. Its fields are those of its adapter."""

    name = forms.CharField(
        label=gettext_lazy("Name of the source"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits, “_” and “-”, for example “bund”."),
        error_messages={"required": gettext_lazy("Give the source a name.")},
    )

    def __init__(self, kind: SourceKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for setting in kind.settings:
            self.fields[setting.name] = _field(setting)
        describe(self)

    def save(self, network: Network, by: Actor, *, before: str = "") -> bool:
        """Keep it; False if it makes no sense, which then stands beside the field."""
        table = {k: v for k, v in self.cleaned_data.items() if k != "name" and v not in {"", None}}
        try:
            feeds.save_source(
                network=network,
                name=self.cleaned_data["name"],
                table={"adapter": self.kind.adapter, **table},
                by=by,
                before=before,
            )
        except SourceFormError as error:
            field = error.field if error.field in self.fields else None
            self.add_error(field, _name_text(error))
            return False
        return True


def _name_text(error: SourceFormError) -> str:
    if error.field == "name":
        return _("This name is taken, or has other signs than small letters, digits, “_” and “-”.")
    return mistake_text(str(error))[0]


def _field(setting: Setting) -> forms.Field:
    more: dict[str, Any] = {
        "label": LABELS[setting.name],
        "required": setting.required,
        "help_text": HINTS.get(setting.name, ""),
        "error_messages": {"required": gettext_lazy("This is needed.")},
    }
    if setting.kind == "address" and setting.required:
        more["help_text"] = OWN_ADDRESS
    if setting.kind == "number":
        return forms.IntegerField(min_value=0, max_value=setting.most, **more)
    if setting.choices:
        choices = [(one, PRODUCTS.get(one, one)) for one in setting.choices]
        return forms.ChoiceField(choices=choices, **more)
    return forms.CharField(max_length=300, **more)


class FeedForm(forms.Form):
    """Where one sensor is read."""

    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    key = forms.CharField(label=gettext_lazy("Called there"), required=False, max_length=300)
    unit = forms.ChoiceField(label=gettext_lazy("Unit there"), required=False)

    def __init__(self, sensor: Sensor, sources: Mapping[str, Source], data: Any = None) -> None:
        super().__init__(data, prefix=sensor.key, initial=sensor.feed)
        self.sensor = sensor
        usable = [
            (name, name)
            for name, source in sources.items()
            if source.form.observes and (not source.form.kinds or sensor.kind in source.form.kinds)
        ]
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", pgettext_lazy("source", "none")),
            *usable,
        ]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("as the source says, else as in the file")),
            *((unit, words.unit_text(unit)) for unit in UNITS.get(sensor.kind, ())),
        ]
        for field in self.fields.values():
            field.widget.attrs["aria-describedby"] = f"fehler-{sensor.key}"
            field.widget.attrs["form"] = "feeds"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One sensor: its form, what is wrong with it, what came last, what trying showed."""

    sensor: Sensor
    name: str
    kind: str
    unit: str
    form: FeedForm
    error: str
    english: bool
    heard: Heard | None
    tried: Tried | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came when a source was asked last; ``english``: the problem is in the source's words."""

    good: bool
    text: str
    problem: str
    english: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came when staff tried a source; ``waiting`` until the worker has asked."""

    waiting: bool
    good: bool
    text: str
    problem: str
    english: bool
    rows: tuple[tuple[str, str], ...]


def heard(sensor: Sensor) -> Heard | None:
    """What came of a sensor's source in words; None if it has none or was never asked."""
    if not sensor.feed or not sensor.hearing:
        return None
    told = sensor.hearing
    kind = told.get("kind", "")
    if kind:
        since = words.clock_text(words.moment_of(told["since"]))
        what = KINDS[_kind(sensor, kind)]
        text = _("%(what)s since %(time)s") % {"what": what, "time": since}
        if sensor.heard_at:
            text += "; " + _("last heard %(time)s") % {"time": words.clock_text(sensor.heard_at)}
    else:
        text = _("last heard %(time)s") % {"time": words.clock_text(sensor.heard_at)}
    changes = told.get("changes", 0)
    if changes:
        text += "; " + ngettext(
            "%(n)s value is another one there now, the known one is kept",
            "%(n)s values are other ones there now, the known ones are kept",
            changes,
        ) % {"n": changes}
    return Heard(not kind, text, *_problem(told))


def tried(sensor: Sensor) -> Tried | None:
    """What trying a sensor's source showed; None if nobody did."""
    told = sensor.tried
    if not told:
        return None
    at = words.clock_text(words.moment_of(told["at"]))
    if told["state"] == "waiting":
        return Tried(True, False, _("The source is being asked."), "", False, ())
    if told["state"] == "failed":
        undeclared = gettext_lazy("is not declared any more")
        kind = KINDS.get(_kind(sensor, told.get("kind", "")), undeclared)
        text = _("Tried %(time)s: the source %(what)s.") % {"time": at, "what": kind}
        return Tried(False, False, text, *_problem(told), ())
    text = ngettext(
        "Tried %(time)s: %(n)s value came, %(new)s of them new.",
        "Tried %(time)s: %(n)s values came, %(new)s of them new.",
        told["count"],
    ) % {"time": at, "n": number_format(told["count"]), "new": number_format(told["new"])}
    rows = tuple(
        (words.clock_text(words.moment_of(time)), f"{number_format(value)} {words.unit_text(unit)}")
        for time, value, unit in told["rows"]
    )
    return Tried(False, bool(told["count"]), text, "", False, rows)


def _problem(told: Mapping[str, Any]) -> tuple[str, bool]:
    said = told.get("problem", "")
    return problem_text(said) if said else ("", False)


def _kind(sensor: Sensor, kind: str) -> str:
    """Whoever is never asked does not merely fail to answer."""
    table = sensor.network.sources.get(sensor.feed.get("source", ""), {})
    return "closed" if kind == "away" and not feeds.asked_from_here(table) else kind


def sources_context(
    network: Network, data: Any = None, wrong: Mapping[str, SourceFormError] | None = None
) -> dict[str, Any]:
    """Sources and sensors of a network; ``wrong`` is what a form had, by sensor."""
    sources = feeds.sources_of(network)
    sensors = list(network.sensors.all())
    rows = [_row(sensor, sources, data, (wrong or {}).get(sensor.key)) for sensor in sensors]
    rain_error = (wrong or {}).get("")
    rain = data.get("rain_forecast", "") if data is not None else network.rain_forecast
    rain_problem, rain_english = _problem({"problem": network.rain_problem})
    return room_context(None, "control") | {
        "river": network,
        "river_name": name_of(network),
        "sources": [_source(source, sensors) for source in sources.values()],
        "rows": rows,
        "kinds": [(key, form.name) for key, form in FORMS.items()],
        "forecasters": [
            (name, name == rain) for name, source in sources.items() if source.form.forecasts
        ],
        "rain_error": mistake_text(str(rain_error))[0] if rain_error else "",
        "rain_problem": rain_problem,
        "rain_english": rain_english,
        "waiting": any(row.tried and row.tried.waiting for row in rows),
        "collected": words.clock_text(network.collected_at) if network.collected_at else "",
        "pause": words.span(feeds.pause_of(network).total_seconds() / 60),
    }


def _row(
    sensor: Sensor, sources: Mapping[str, Source], data: Any, error: SourceFormError | None
) -> FeedRow:
    text, english = mistake_text(str(error)) if error else ("", False)
    return FeedRow(
        sensor=sensor,
        name=name_of(sensor),
        kind=words.kind_text(sensor.kind),
        unit=words.unit_text(sensor.unit),
        form=FeedForm(sensor, sources, data),
        error=text,
        english=english,
        heard=heard(sensor),
        tried=tried(sensor),
    )


def _source(source: Source, sensors: list[Sensor]) -> dict[str, Any]:
    mine = [sensor for sensor in sensors if sensor.feed.get("source") == source.name]
    failing = [s for s in mine if s.hearing.get("kind")]
    return {
        "name": source.name,
        "kind": source.form.name,
        "settings": ", ".join(str(value) for _name, value in source.settings),
        "sensors": len(mine),
        "failing": len(failing),
    }


def feeds_of(network: Network, data: Any) -> dict[str, dict[str, str]]:
    """What the table of sensors says, by sensor."""
    return {
        sensor.key: {
            name: data.get(f"{sensor.key}-{name}", "").strip() for name in ("source", "key", "unit")
        }
        for sensor in network.sensors.all()
    }
