"""What an e-mail address says about who writes: its domain, and whether an actor's own.

The rule needs no list of public suffixes. An address speaks for an actor if its domain is exactly
the host of the actor's website (a leading ``www.`` aside): whoever can read mail there was let in
by who owns that name. A domain above or below the host is only a hint for the editors: above it
may stand a university with thousands of mailboxes, below it a server for students or customers.
"""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from steiger.web.directory.models import Actor

#: Where everybody gets a mailbox; an address there never speaks for an actor. Hosts of free
#: websites stand here, too. The largest in Germany and worldwide; a missing one can only claim an
#: actor whose own website is at the provider itself.
PUBLIC = frozenset(
    {
        "1und1.de",
        "aol.com",
        "aol.de",
        "arcor.de",
        "blogspot.com",
        "email.de",
        "facebook.com",
        "fastmail.com",
        "firemail.de",
        "freenet.de",
        "github.com",
        "github.io",
        "gitlab.io",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.eu",
        "gmx.info",
        "gmx.net",
        "gmx.org",
        "google.com",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "hotmail.de",
        "hushmail.com",
        "icloud.com",
        "inbox.com",
        "instagram.com",
        "ionos.de",
        "jimdo.com",
        "jimdosite.com",
        "kabelmail.de",
        "linkedin.com",
        "live.com",
        "live.de",
        "mac.com",
        "magenta.de",
        "mail.com",
        "mail.de",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "netcologne.de",
        "netlify.app",
        "ok.de",
        "online.de",
        "onlinehome.de",
        "outlook.com",
        "outlook.de",
        "pm.me",
        "posteo.de",
        "posteo.net",
        "proton.me",
        "protonmail.ch",
        "protonmail.com",
        "sites.google.com",
        "strato.de",
        "t-online.de",
        "telekom.de",
        "tuta.com",
        "tuta.io",
        "tutanota.com",
        "tutanota.de",
        "unitybox.de",
        "vercel.app",
        "vodafone.de",
        "vodafonemail.de",
        "web.de",
        "weebly.com",
        "wix.com",
        "wixsite.com",
        "wordpress.com",
        "xing.com",
        "yahoo.com",
        "yahoo.de",
        "yandex.com",
        "ymail.com",
        "youtube.com",
        "zoho.com",
    }
)
_LANGUAGES = frozenset({"", "de", "en", "home", "index.html", "index.htm", "index.php"})


class Match(StrEnum):
    """How the domain of an address relates to an actor's website."""

    SAME = "same"
    ABOVE = "above"
    BELOW = "below"
    SHARED = "shared"
    PUBLIC = "public"
    NONE = "none"


def domain_of(email: str) -> str:
    """The part behind the @, in the form in which names are registered (IDNA), or empty."""
    return _registered(email.rpartition("@")[2])


def host_of(url: str) -> str:
    """The host of a website without ``www.``, in the same form, or empty."""
    return _registered(urlsplit(url if "//" in url else f"//{url}").hostname or "").removeprefix(
        "www."
    )


def _registered(name: str) -> str:
    text = name.strip().strip(".").lower()
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def match(email: str, website: str) -> Match:
    """How an address relates to a website, by their names alone.

    A website below a path (``example.org/institute``) is only a part of its host.
    """
    domain, host = domain_of(email), host_of(website)
    if not domain or not host or "." not in domain:
        return Match.NONE
    if domain in PUBLIC:
        return Match.PUBLIC
    if domain == host:
        return Match.SHARED if _path(website) else Match.SAME
    if host.endswith(f".{domain}"):
        return Match.ABOVE
    return Match.BELOW if domain.endswith(f".{host}") else Match.NONE


def _path(website: str) -> bool:
    parts = urlsplit(website if "//" in website else f"//{website}").path.split("/")
    return any(part.lower() not in _LANGUAGES for part in parts)


def match_actor(email: str, actor: Actor) -> Match:
    """How an address relates to an actor: its host may also belong to several on the map."""
    found = match(email, actor.website)
    if found is not Match.SAME:
        return found
    host = host_of(actor.website)
    others = Actor.objects.filter(state=Actor.State.PUBLISHED, website__icontains=host).exclude(
        pk=actor.pk
    )
    if any(host_of(url) == host for url in others.values_list("website", flat=True)):
        return Match.SHARED
    return found
