"""Changes of warnings as CAP messages: Alert, Update, and Cancel for the all-clear.

A message depends on nothing but the event, the profile, the network and the status: its `sent` is
the event's own time, not the clock's, so that making it again gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from steiger.adapters.cap.profile import Profile
from steiger.adapters.cap.types import (
    CapAlert,
    CapArea,
    CapError,
    CapInfo,
    CapReference,
    Circle,
    NamedValue,
)
from steiger.adapters.cap.writer import write_cap
from steiger.engines.flood.network import Network, NetworkError
from steiger.engines.flood.warning import Change, Message, Text, Trigger, WarningEvent

MESSAGE_TYPES = {
    Change.RAISED: "Alert",
    Change.ESCALATED: "Update",
    Change.DEESCALATED: "Update",
    Change.RENEWED: "Update",
    Change.ALL_CLEAR: "Cancel",
}
_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
_SOON = timedelta(hours=1)


def cap_renderer(
    profile: Profile, network: Network, status: str
) -> Callable[[WarningEvent], tuple[Message, ...]]:
    """The function that turns an event into the files to be delivered.

    Raises:
        CapError: the status is “Actual” and nobody has checked the profile.
    """
    if status == "Actual" and not profile.checked:
        raise CapError(
            "status Actual needs a profile that somebody has checked: copy germany.toml, set "
            "your sender and codes and “checked = true”, and name it with --profile"
        )

    def render(event: WarningEvent) -> tuple[Message, ...]:
        alert = cap_of(event, profile, network, status)
        return (Message(file_name(event), write_cap(alert)),)

    return render


def file_name(event: WarningEvent) -> str:
    """The name of an event's file: time, gauge, id; sorted by name it is sorted by time."""
    gauge = _PLAIN.sub("-", event.gauge)[:60]
    return f"{event.time:%Y%m%dT%H%M%SZ}_{gauge}_{event.id}.xml"


def identifier(network: str, gauge: str, event_id: str) -> str:
    """The identifier of an event's message; `event_id` alone makes it unique."""
    parts = (_PLAIN.sub("-", part)[:60] for part in (network, gauge))
    return ".".join(("steiger", *parts, event_id))


def cap_of(event: WarningEvent, profile: Profile, network: Network, status: str) -> CapAlert:
    """The message of an event, in German and English.

    Raises:
        CapError: the profile or status breaks CAP.
    """
    return CapAlert(
        identifier=identifier(event.network, event.gauge, event.id),
        sender=profile.sender,
        sent=event.time,
        status=status,
        message_type=MESSAGE_TYPES[event.change],
        scope=profile.scope,
        source=profile.source,
        references=tuple(
            CapReference(
                profile.sender,
                identifier(event.network, event.gauge, reference.event_id),
                reference.time,
            )
            for reference in event.references
        ),
        infos=tuple(_info(event, profile, network, language) for language in ("de", "en")),
    )


def _info(event: WarningEvent, profile: Profile, network: Network, language: str) -> CapInfo:
    def said(text: Text) -> str:
        chosen: str = getattr(text, language)
        chosen = chosen.replace("{level}", str(event.level_after))
        return chosen.replace("{gauge}", event.name)

    over = event.change is Change.ALL_CLEAR
    words = profile.all_clear if over else profile.wording(event.level_after)
    place = profile.places.get(event.gauge)
    urgency, certainty = _urgency(event), _certainty(event)
    return CapInfo(
        language=said(profile.languages),
        categories=profile.categories,
        event=said(profile.event),
        response_types=words.response_types,
        urgency=urgency,
        severity=words.severity,
        certainty=certainty,
        event_codes=profile.event_codes,
        effective=event.time,
        onset=event.onset,
        expires=event.expires,
        sender_name=said(profile.sender_name),
        headline=said(words.headline),
        description="\n".join(getattr(reason, language) for reason in event.reasons),
        instruction=said(words.instruction),
        parameters=(
            *profile.parameters,
            *(place.parameters if place else ()),
            *_facts(event),
        ),
        areas=(_area(event, profile, network),),
    )


def _urgency(event: WarningEvent) -> str:
    if event.trigger is Trigger.CALM:
        return "Past" if event.change is Change.ALL_CLEAR else "Expected"
    if event.onset is None:
        return "Immediate"
    return "Expected" if event.onset - event.issue_time <= _SOON else "Future"


def _certainty(event: WarningEvent) -> str:
    if event.trigger is Trigger.OBSERVED:
        return "Observed"
    if event.change is Change.ALL_CLEAR:
        return "Unlikely"
    if event.trigger is Trigger.CALM:
        return "Possible"
    # CAP 1.2, section 3.2.2: Likely is p > 50 %.
    return "Likely" if (event.probability or 0.0) > 0.5 else "Possible"


def _facts(event: WarningEvent) -> tuple[NamedValue, ...]:
    facts: dict[str, str | float | datetime | None] = {
        "gauge": event.gauge,
        "levelBefore": str(event.level_before),
        "level": str(event.level_after),
        "threshold": f"{event.level_value:g} {event.unit}",
        "measured": None if event.measured is None else f"{event.measured:g} {event.unit}",
        "probability": None if event.probability is None else f"{event.probability:.3f}",
        "forecast": event.forecast_id,
    }
    return tuple(NamedValue(f"steiger:{name}", str(v)) for name, v in facts.items() if v)


def _area(event: WarningEvent, profile: Profile, network: Network) -> CapArea:
    place = profile.places.get(event.gauge)
    if place is not None and (place.polygons or place.geocodes):
        return CapArea(
            description=place.description, polygons=place.polygons, geocodes=place.geocodes
        )
    try:
        sensor = network.sensor(event.gauge)
    except NetworkError:
        sensor = None
    circles: tuple[Circle, ...] = ()
    if sensor is not None and sensor.lat is not None and sensor.lon is not None:
        circles = (Circle(sensor.lat, sensor.lon, profile.radius_km),)
    return CapArea(description=place.description if place else event.name, circles=circles)
