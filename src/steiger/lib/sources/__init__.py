"""Foreign sources: what every reader of one needs, without any network library.

`Source` says what a source is and how to name it, `SourceError` is the one error of all readers,
`documents` and `unpacking` open hostile bytes safely, `instants` reads time stamps, `fetching`
holds the rules of polite fetching over any client, `collecting` asks several sources at once.
"""

from steiger.lib.sources.collecting import Collected, collect
from steiger.lib.sources.documents import each, number, place, read_json, read_xml
from steiger.lib.sources.errors import Source, SourceError
from steiger.lib.sources.fetching import (
    Cache,
    Fetcher,
    FolderCache,
    HttpClient,
    MemoryCache,
    Policy,
    session,
)
from steiger.lib.sources.instants import in_utc, instant, instant_of_seconds, iso_utc
from steiger.lib.sources.unpacking import members, unpack

__all__ = [
    "Cache",
    "Collected",
    "Fetcher",
    "FolderCache",
    "HttpClient",
    "MemoryCache",
    "Policy",
    "Source",
    "SourceError",
    "collect",
    "each",
    "in_utc",
    "instant",
    "instant_of_seconds",
    "iso_utc",
    "members",
    "number",
    "place",
    "read_json",
    "read_xml",
    "session",
    "unpack",
]
