"""What the engine says of a mistake in a network's files, in the reader's language.

Place, that is file, sensor, row and field, is told beside it, so these texts leave it out. What is
not listed here stays in the engine's own words, which are English.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Form of the engine's text → text. Named groups are put into it.
FORMS: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(form), text)
    for form, text in (
        (r"'(?P<key>\w+)' is missing$", _("“%(key)s” is missing.")),
        (r"column “time” is missing", _("The column “time” is missing.")),
        (
            r"kind '(?P<key>[^']*)' is unknown; known are (?P<all>.+)",
            _("There is no kind “%(key)s”, but: %(all)s."),
        ),
        (
            r"upstream sensor '(?P<key>[^']*)' is unknown",
            _("There is no sensor “%(key)s” that could lie upstream."),
        ),
        (
            r"adapter '(?P<key>[^']*)' is unknown; known are (?P<all>.+)",
            _("There is no adapter “%(key)s”, but: %(all)s."),
        ),
        (
            r"'(?P<key>[^']*)' is unknown; for \S+ there are (?P<all>.+)",
            _("This source has no field “%(key)s”, but: %(all)s."),
        ),
        (r"\b(?P<key>adapter|base|key|application|key_env) is missing", _("“%(key)s” is missing.")),
        (
            r"key is '(?P<key>.*)'; (?P<all>.+) wants (?P<form>.+)",
            _("“%(key)s” is no key of %(all)s; it looks like %(form)s."),
        ),
        (
            r"'(?P<key>[^']*)' is not declared",
            _("No source is called “%(key)s”. Declare it as [source.%(key)s]."),
        ),
        (
            r"source: (?P<key>.+) does not measure",
            _("%(key)s does not measure what this sensor does."),
        ),
        (
            r"source: (?P<key>.+) forecasts and does not measure",
            _("%(key)s forecasts and does not measure."),
        ),
        (
            r"rain_forecast: (?P<key>.+) forecasts none",
            _("%(key)s does not forecast rain."),
        ),
        (
            r"of RADOLAN only product RV",
            _("Of RADOLAN only the product RV is a forecast."),
        ),
        (
            r"source: (?P<key>.+) has no keys",
            _("%(key)s has no keys: the place of the sensor decides. Leave “key” out."),
        ),
        (
            r"source: (?P<key>.+) needs lat and lon",
            _("%(key)s needs latitude and longitude of the sensor."),
        ),
        (
            r"source: (?P<key>.+) says its unit itself",
            _("%(key)s says its unit itself. Leave “unit” out."),
        ),
        (
            r"source is no table",
            _('Write for instance: source = { source = "bund", key = "…" }'),
        ),
        (r"(?:base) is '(?P<key>.*)', no address", _("“%(key)s” is no address such as https://….")),
        (
            r"is '(?P<key>.*)', no variable such as",
            _("“%(key)s” is no variable such as STEIGER_SOURCE_KEY_VALLEY."),
        ),
        (
            r"is '(?P<key>.*)', none of (?P<all>.+)",
            _("“%(key)s” is not possible here, but: %(all)s."),
        ),
        (
            r"is (?P<key>.+), no whole number from 0 to (?P<all>\d+)",
            _("%(key)s is no whole number from 0 to %(all)s."),
        ),
        (
            r"unit '(?P<key>[^']*)' cannot become",
            _("Values in “%(key)s” cannot be brought to the sensor’s unit."),
        ),
        (
            r"'(?P<key>[^']*)' is unknown; known are (?P<all>.+)",
            _("There is no field “%(key)s”, but: %(all)s."),
        ),
        (
            r"belongs to no sensor",
            _("No sensor has this id. Add it to network.toml, or leave the column out."),
        ),
        (r"^column .* occurs twice", _("There are two columns of this name.")),
        (r"occurs twice$", _("Two sensors have this id.")),
        (
            r"warning_levels .* do not ascend",
            _("Each warning level must be at least as high as the one before."),
        ),
        (
            r"the column holds (?P<key>[^,]+), not numbers",
            _("The column holds %(key)s instead of numbers."),
        ),
        (
            r"the value is infinite",
            _("The value is infinite. Leave it empty where nothing was measured."),
        ),
        (
            r"column “time” has no time zone",
            _("The times have no time zone. Write them in UTC."),
        ),
        (
            r"'(?P<key>[^']*)' is no time such as",
            _("“%(key)s” is no time such as 2021-07-14T12:00:00Z."),
        ),
        (
            r"'(?P<key>[^']*)' has no time zone",
            _("“%(key)s” has no time zone. Add for instance “Z” or “+01:00”."),
        ),
        (
            r"does not lie on the network's step",
            _("The time does not lie on the network’s time step."),
        ),
        (
            r"lies far from all others",
            _("The time lies far from all others; its year is probably wrong."),
        ),
        (r"water would run in a circle: (?P<key>.+)", _("Water would run in a circle: %(key)s.")),
        (r"is no valid TOML: (?P<key>.+)", _("This is no valid TOML: %(key)s")),
        (r"is no valid Parquet file", _("This is no valid Parquet file.")),
        (r"cannot be read", _("The file cannot be read.")),
        (
            r"lat and lon go together",
            _("Latitude and longitude go together; one of them is missing."),
        ),
        (r"(?:lat|lon) is (?P<key>[^,]+), not between", _("%(key)s is no degree on the globe.")),
        (
            r"'(?P<key>[^']*)' is no duration",
            _("“%(key)s” is no duration such as “15min”, “1h” or “1d”."),
        ),
        (
            r"unit '(?P<key>[^']*)' does not fit (?P<kind>\w+); it may be (?P<all>.+)",
            _("The unit “%(key)s” does not fit. It may be: %(all)s."),
        ),
        (r"(?P<key>\S+), not a finite number", _("%(key)s is no number.")),
        (r"(?P<key>\S+), not a text", _("%(key)s is no text; put it into quotes.")),
        (r"neither true nor false", _("This is neither true nor false; write true or false.")),
        (r"is its own upstream sensor", _("A sensor cannot lie upstream of itself.")),
        (
            r"target: a \S+ is not forecast, only",
            _("Only levels and flows are forecast. Remove “target = true”."),
        ),
    )
)

#: What the engine puts before a text and the page tells in columns of its own.
PLACE = re.compile(r"^sensor '[^']*'(?:, row \d+[^:]*)?: |^row \d+[^:]*: ")


def mistake_text(said: str) -> tuple[str, bool]:
    """The engine's text for people, and whether it had to be left in the engine's words."""
    for form, text in FORMS:
        found = form.search(said)
        if found:
            return str(text) % found.groupdict(default=""), False
    return PLACE.sub("", said), True
