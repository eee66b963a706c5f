"""What is wrong with a PDF, and what to do about it, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steiger.web.publications.domain.checking import MUST

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order."""

    key: str
    title: Words
    remedy: Words
    must: bool


_WORDS: dict[str, tuple[Words, Words]] = {
    "text": (
        _("The pages are pictures without text."),
        _(
            "Screen readers say nothing, the search finds nothing. Export the file from the text "
            "program, or let a text recognition (OCR) run over the scan."
        ),
    ),
    "tagged": (
        _("The file has no tags."),
        _(
            "Without tags nobody knows what is a heading, a list or a table. In Word: Save as PDF,"
            " Options, “Document structure tags for accessibility”. In LibreOffice: Export as PDF,"
            " “Tagged PDF”."
        ),
    ),
    "language": (
        _("The file does not say its language, or another one."),
        _(
            "Screen readers then read with the wrong pronunciation. Set the language in the text "
            "program and export again."
        ),
    ),
    "title": (
        _("The file has no title."),
        _(
            "In Word: File, Information, Title. In LibreOffice: File, Properties, Description. "
            "Then export again."
        ),
    ),
    "locked": (
        _("The file forbids screen readers to read it."),
        _("Remove the protection against copying and export again."),
    ),
    "title_shown": (
        _("Readers see the name of the file instead of its title."),
        _(
            "In Acrobat: Properties, Initial view, Show: Document title. Many programs set it when"
            " they export as PDF/UA."
        ),
    ),
    "ua_mark": (
        _("The file does not say that it follows PDF/UA."),
        _(
            "In LibreOffice: Export as PDF, “Universal accessibility (PDF/UA)”. The mark alone "
            "proves nothing, but programs look for it."
        ),
    ),
    "some_pages": (
        _("Some pages hold no text."),
        _("If something is written on them, let a text recognition (OCR) run over them."),
    ),
}

#: Why a file is not taken at all.
REFUSED: dict[str, Words] = {
    "not_pdf": _("This is no PDF. Export your text as PDF and choose that file."),
    "broken": _("This PDF is damaged. Export it again and choose the new file."),
    "locked": _("This PDF opens only with a password. Save it without one."),
    "active": _(
        "This PDF contains a script or a form that runs something. Export it again without; that "
        "keeps your readers safe."
    ),
    "attached": _(
        "Other files are hidden inside this PDF. Take them out and publish them by themselves."
    ),
    "large": _(
        "This PDF is too large or too intricate: at most 25 MB and 1,500 pages. Make its pictures "
        "smaller, or divide it."
    ),
}


def described(keys: Iterable[str]) -> list[Finding]:
    """Findings in words."""
    return [Finding(key, *_WORDS[key], key in MUST) for key in keys if key in _WORDS]


def is_accessible(keys: Iterable[str]) -> bool:
    """Whether nothing that must be in order is missing, as far as a machine can tell."""
    return not set(MUST) & set(keys)
