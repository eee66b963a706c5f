"""Listens to a Things Stack over MQTT, and asks its storage for what was missed meanwhile."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from steiger.adapters.ttn.parser import SOURCE, Decoder, Uplink, parse, read_uplink
from steiger.engines.flood.network import Sensor
from steiger.engines.flood.network.series import Series
from steiger.lib.sources import Cache, HttpClient, Policy, SourceError, iso_utc, session

EUROPE = "https://eu1.cloud.thethings.network"
TIMEOUT = httpx.Timeout(60, connect=10)
#: A LoRaWAN frame has at most 242 bytes; with all that the network adds, a message stays small.
LARGEST_MESSAGE = 1_000_000
_session = partial(
    session,
    SOURCE.name,
    make=partial(httpx.Client, timeout=TIMEOUT),
    transient=(httpx.RequestError,),
)


def fetch(
    sensors: Mapping[str, Sensor],
    start: datetime,
    end: datetime,
    *,
    application: str,
    key: str,
    base: str = EUROPE,
    decode: Decoder | None = None,
    client: HttpClient | None = None,
    cache: Cache | None = None,
    policy: Policy | None = None,
) -> tuple[Series, ...]:
    """Uplinks that the network's storage kept between `start` and `end`.

    Args:
        sensors: by key “device/field”.
        start, end: with a time zone.
        application, key: id of the application and an API key that may read its traffic.
        base: address of the Things Stack.
        decode: reads payloads, where the network does not.
        client, cache, policy: how to ask; see `steiger.lib.sources`.

    Raises:
        SourceError: naming device and field.
    """
    url = f"{base}/api/v3/as/applications/{quote(application, safe='')}/packages/storage"
    asked = {"after": iso_utc(start), "before": iso_utc(end), "order": "received_at"}
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
    with _session(client, cache=cache, policy=policy) as http:
        data = http.get(f"{url}/uplink_message", asked, station=application, headers=headers)
    if not data.strip():
        return ()  # nothing was sent in this time
    return parse(data, sensors, decode=decode)


async def listen(
    application: str,
    key: str,
    *,
    host: str = "eu1.cloud.thethings.network",
    port: int = 8883,
    tenant: str = "ttn",
    tls: ssl.SSLContext | None = None,
    encrypted: bool = True,
    decode: Decoder | None = None,
    on_problem: Callable[[SourceError], None] | None = None,
    pause: float = 1.0,
    longest_pause: float = 60.0,
) -> AsyncIterator[Uplink]:
    """Uplinks of an application as they arrive, for ever; a lost connection is made anew.

    The network delivers at most once, so nothing that was sent while the connection was away
    comes again: ask `fetch` for that time.

    Args:
        application, key, tenant: as the console shows them under “MQTT”.
        host, port: of the broker.
        tls: how to check the broker's certificate; by default against the system's roots.
        encrypted: whether TLS is used; False only for a broker on the same machine.
        decode: reads payloads, where the network does not.
        on_problem: told of each message that cannot be read and each lost connection.
        pause, longest_pause: seconds before a new attempt; it doubles each time.
    """
    import aiomqtt

    tell = on_problem or (lambda _: None)
    wait = pause
    while True:
        try:
            async with aiomqtt.Client(
                host,
                port,
                username=f"{application}@{tenant}",
                password=key,
                tls_context=(tls or ssl.create_default_context()) if encrypted else None,
                timeout=TIMEOUT.connect,
            ) as broker:
                await broker.subscribe(f"v3/{application}@{tenant}/devices/+/up")
                wait = pause
                async for message in broker.messages:
                    uplink = _read(message.payload, decode, tell)
                    if uplink is not None:
                        yield uplink
        except aiomqtt.MqttError as error:
            tell(SourceError(SOURCE.name, f"the connection was lost ({error})", where=host))
        await asyncio.sleep(wait)
        wait = min(2 * wait, longest_pause)


def _read(
    payload: Any, decode: Decoder | None, tell: Callable[[SourceError], None]
) -> Uplink | None:
    data = bytes(payload) if isinstance(payload, bytes | bytearray) else b""
    if len(data) > LARGEST_MESSAGE:
        tell(SourceError(SOURCE.name, f"sent a message of {len(data):,} bytes"))
        return None
    try:
        return read_uplink(data, decode=decode)
    except SourceError as error:
        tell(error)  # one broken device must not silence the others
        return None
