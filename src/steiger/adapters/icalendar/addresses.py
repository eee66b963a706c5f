"""Which addresses of calendars may be fetched at all; the rules are :mod:`steiger.lib.internet`."""

from __future__ import annotations

from steiger.adapters.icalendar.reader import CalendarError
from steiger.lib.internet import AddressError, https_host


def normal_address(address: str) -> str:
    """The address of a calendar as it is fetched; webcal is https by another name.

    Raises:
        CalendarError: it is not an https address of a public host.
    """
    address = address.strip()
    for scheme in ("webcal://", "webcals://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    host_of(address)
    return address


def host_of(address: str) -> str:
    """The public host of an https address.

    Raises:
        CalendarError: it is none.
    """
    try:
        return https_host(address)
    except AddressError as error:
        raise CalendarError(error.kind, str(error)) from error
