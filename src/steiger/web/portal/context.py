"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from steiger.web.portal.domain.build import preloaded_fonts
from steiger.web.portal.domain.region import region, region_name
from steiger.web.portal.interfaces.addresses import reverse_if_there
from steiger.web.portal.interfaces.navigation import main_links, own_links, staff_links
from steiger.web.portal.interfaces.texts import map_sources


def portal(request: HttpRequest) -> dict[str, Any]:
    """Names, navigation, fonts, whether this is a demonstration.

    Needs no database: links of persons are only looked up when a template asks for them.
    """
    return {
        "demo": settings.DEMO,
        "base_url": settings.BASE_URL,
        "region": region(),
        "region_title": region_name(),
        "main_links": main_links(request.path),
        "own_links": SimpleLazyObject(lambda: own_links(request.user)),
        "staff_links": SimpleLazyObject(lambda: staff_links(request.user)),
        "login_url": reverse_if_there("account_login"),
        "logout_url": reverse_if_there("account_logout"),
        "profile_url": reverse_if_there("accounts:profile"),
        "search_url": reverse_if_there("directory:map") or reverse_if_there("portal:search"),
        "map_sources": map_sources(),
        "preloaded_fonts": preloaded_fonts(),
    }
