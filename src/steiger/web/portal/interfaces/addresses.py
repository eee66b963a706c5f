"""Addresses in both languages: German pages have no prefix, English ones begin with ``/en/``."""

from __future__ import annotations

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override


def in_language(path: str, language: str) -> str:
    """The address of the same page in another language; query and anchor stay.

    Works on the text of the address alone, so that it also holds for pages that do not exist.
    """
    bare = path
    for code, _label in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and (
            path == f"/{code}" or path.startswith((f"/{code}/", f"/{code}?"))
        ):
            bare = path.removeprefix(f"/{code}")
            bare = bare if bare.startswith("/") else f"/{bare}"
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


def reverse_in(language: str, name: str, **kwargs: object) -> str:
    """The address of a view in a language."""
    with override(language):
        return reverse(name, kwargs=kwargs or None)


def reverse_if_there(name: str, **kwargs: object) -> str:
    """The address of a view, or empty while its room does not have it."""
    try:
        return reverse(name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""
