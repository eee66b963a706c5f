"""Why a source of measurements could not be read, in the reader's language.

Adapters tell it in one English line: source, station, place in the answer, problem. What is not
listed here stays as they say it.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Form of the problem → text. Named groups are put into it.
FORMS: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(form), text)
    for form, text in (
        (r"^not asked", gettext_lazy("not asked, because it did not answer before")),
        (
            r"cannot be reached \((?P<key>\w+)",
            gettext_lazy("cannot be reached (%(key)s)"),
        ),
        (r"wants a key \(", gettext_lazy("wants a key")),
        (r"knows nothing there \(", gettext_lazy("knows nothing there")),
        (r"has gone \(", gettext_lazy("has ended its service")),
        (r"has moved to (?P<key>\S+): ", gettext_lazy("has moved to %(key)s")),
        (r"refuses \(HTTP (?P<key>\d+)\)", gettext_lazy("refuses (status %(key)s)")),
        (r"fails \(HTTP (?P<key>\d+)\)", gettext_lazy("fails (status %(key)s)")),
        (r"sends? more than (?P<key>[\d,]+) bytes", gettext_lazy("sends more than %(key)s bytes")),
        (r"sent more than (?P<key>[\d,]+) bytes", gettext_lazy("sends more than %(key)s bytes")),
        (
            r"takes longer than (?P<key>[\d.]+) seconds",
            gettext_lazy("takes longer than %(key)s seconds"),
        ),
        (r"answered with nothing", gettext_lazy("answered with nothing")),
        (r"answered with a web page", gettext_lazy("answered with a web page instead of data")),
        (
            r"is no (?:valid|readable) (?P<key>JSON|XML)",
            gettext_lazy("what came is no valid %(key)s"),
        ),
        (r"is (?:not UTF-8 here|UTF-16)", gettext_lazy("what came is not written in UTF-8")),
        (r"cut off|damaged", gettext_lazy("what came is cut off or damaged")),
        (
            r"holds no (?:series|timeSeries|list of \w+|fields|total precipitation)",
            gettext_lazy("what came holds no values"),
        ),
        (r"refuses: (?P<key>.+)", gettext_lazy("refuses: %(key)s")),
        (r"has no forecast", gettext_lazy("has no forecast now")),
        (
            r"no rain sensor of the network has lat and lon",
            gettext_lazy("no rain sensor of the network has latitude and longitude"),
        ),
        (
            r"the environment has no variable (?P<key>\S+)",
            gettext_lazy("the server’s environment has no variable %(key)s"),
        ),
        (r"lies outside the grid", gettext_lazy("the sensor lies outside of its area")),
        (
            r"values are (?P<key>\S+) times those that are known",
            gettext_lazy("values are %(key)s times those that are known; its unit is another one"),
        ),
        (
            r"the source’s clock is (?P<key>\S+) h (?P<side>\w+) of what",
            gettext_lazy("its clock is %(key)s hours off from what is known"),
        ),
        (
            r"(?P<key>\d+) values lie ahead of our clock",
            gettext_lazy("%(key)s values lie ahead of our clock and were left out"),
        ),
    )
)
#: Source, station and place in the answer, before the problem.
HEAD = re.compile(r"^(?!sensor )(?P<source>[^,:]+)(?:, station (?P<station>[^,:]+))?")


def problem_text(said: str) -> tuple[str, bool]:
    """The problem for people, and whether it had to be left in the adapter's words."""
    for form, text in FORMS:
        found = form.search(said)
        if found:
            head = HEAD.match(said)
            told = str(text) % found.groupdict(default="")
            if head is None or found.start() == 0:
                return told[:1].upper() + told[1:] + ".", False
            station = head["station"]
            who = _("%(source)s, station %(station)s") if station else "%(source)s"
            return f"{who % head.groupdict()}: {told}.", False
    return said, True
