"""Views of the map inside other people's pages, and the piece of HTML that puts them there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from steiger.web.directory.interfaces.filters import Filters
from steiger.web.directory.interfaces.selection import Selection, select

THEMES = ("auto", "light", "dark")
VIEWS = ("list", "map", "network")
LOWEST, USUAL, HIGHEST = 300, 600, 1600

View = Callable[..., HttpResponse]
OpenView = Callable[..., HttpResponseBase]


def embeddable(view: View) -> OpenView:
    """Other pages may show this one in a frame; it stores nothing at the visitor's.

    Only for pages on which nothing can be done in somebody's name: a page that lies in a stranger's
    frame can be made to look like something else.
    """

    @wraps(view)
    def open_to_frames(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.cookies.clear()
        return response

    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(open_to_frames))


def theme_of(data: QueryDict) -> str:
    """light or dark, or nothing for what the device is set to."""
    theme = data.get("theme", "")
    return theme if theme in THEMES[1:] else ""


@dataclass(frozen=True)
class Snippet:
    """What somebody wants to show on their page."""

    selection: Selection
    view: str
    height: int
    language: str
    theme: str

    @property
    def address(self) -> str:
        """Full address of the frame's content."""
        pairs = self._filters.pairs()
        if self.theme != "auto":
            pairs.append(("theme", self.theme))
        with override(self.language):
            path = reverse("directory:embed")
        return f"{settings.BASE_URL}{path}{f'?{urlencode(pairs)}' if pairs else ''}"

    @property
    def _filters(self) -> Filters:
        return self.selection.filters.but(view=self.view)

    @property
    def preview(self) -> str:
        """The same without the host, so that the preview also works where the host is another."""
        parts = urlsplit(self.address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def html(self) -> str:
        """The piece of HTML; no script and no style, so that every policy lets it through."""
        with override(self.language):
            title = self.selection.title
        return format_html(
            '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"'
            ' referrerpolicy="no-referrer" allowfullscreen></iframe>',
            self.address,
            title,
            self.height,
        )

    @property
    def policy(self) -> str:
        """What a page with a strict content security policy has to add to it."""
        return f"frame-src {settings.BASE_URL}"

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The filters, which the form carries along."""
        return self.selection.filters.but(view="list").pairs()

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """Choices: key, label, whether chosen."""
        labels = {"list": _("List"), "map": _("Map with list"), "network": _("Network with list")}
        return [(key, labels[key], key == self.view) for key in VIEWS]

    @property
    def themes(self) -> list[tuple[str, str, bool]]:
        """Choices: key, label, whether chosen."""
        labels = {"auto": _("as the device"), "light": _("light"), "dark": _("dark")}
        return [(key, labels[key], key == self.theme) for key in THEMES]

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """Choices: key, label, whether chosen."""
        return [(key, str(label), key == self.language) for key, label in settings.LANGUAGES]


def snippet(data: QueryDict) -> Snippet:
    """Read the wishes of an address; what cannot be understood becomes the usual."""
    selection = select(data)
    view, theme, language = data.get("view", ""), data.get("theme", ""), data.get("lang", "")
    height = data.get("height", "").strip()
    asked = int(height) if height.isascii() and height.isdigit() and len(height) < 6 else USUAL
    known = dict(settings.LANGUAGES)
    return Snippet(
        selection=selection,
        view=view if view in VIEWS else "list",
        height=max(LOWEST, min(HIGHEST, asked)),
        language=language if language in known else get_language() or settings.LANGUAGE_CODE,
        theme=theme if theme in THEMES else "auto",
    )
