"""What each web process loads: the application, warmed up, tied to the life of its parent."""

from __future__ import annotations

import os

import structlog
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError
from django.urls import get_resolver

from steiger.engines.directory.search import SearchIndexError
from steiger.web.operations.domain.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steiger.web.config.settings")

end_with_parent()
application = get_wsgi_application()


def warm_up() -> None:
    """Do once, before the first visitor waits for it, what every process has to load."""
    from steiger.web.directory.domain.index import search_index

    _ = get_resolver().url_patterns
    try:
        len(search_index())
    except (DatabaseError, SearchIndexError, OSError) as error:
        # The server shall start and say what is wrong (/readyz), not be silent.
        structlog.get_logger("steiger.web").warning("warm_up", problem=str(error).strip())


warm_up()
