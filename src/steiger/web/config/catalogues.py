"""Translations: collect the texts of each room, check that all are translated, compile them.

``python -m steiger.web.config.catalogues extract [room …]`` brings each room's
``locale/de/LC_MESSAGES/django.po`` up to date with its code and templates: new texts get an empty
translation, texts that are gone disappear, translations stay. ``check`` lists what is untranslated,
outdated or contradictory and exits 1. ``compile`` writes the ``.mo`` files.

Compiling uses Babel, because Django's ``compilemessages`` needs a program of the system.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parent.parent
LANGUAGE = "de"
# Functions whose arguments are texts: numbers are positions of singular and plural, (n, "c") of a
# context.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Django turns a template into calls of these functions; what lies between them is not Python.
_STRING = r"""[uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
# A date that changes with every run would make every run a change.
CREATED = datetime(2025, 1, 1, tzinfo=UTC)


def rooms() -> list[Path]:
    """Folders of all rooms that speak to people, in the order of their names."""
    return sorted(path.parent for path in WEB.glob("*/apps.py"))


def catalogue_path(room: Path) -> Path:
    """Where a room keeps its German texts."""
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def compile_catalogues(root: Path = WEB) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` that is newer than it.

    Returns:
        The files that were written; empty if all were up to date.
    """
    written = []
    for source in sorted(root.glob(f"*/locale/{LANGUAGE}/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=LANGUAGE)
        # Another process may be reading: the new file appears whole or not at all.
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".mo.part")
        with os.fdopen(handle, "wb") as file:
            write_mo(file, catalogue)
        Path(name).chmod(0o644)
        Path(name).replace(target)
        written.append(target)
    return written


def extracted(room: Path) -> Catalog:
    """All texts in a room's code and templates, without translations."""
    catalogue = _empty(None)
    for path in sorted(room.rglob("*.py")):
        for _line, text, comments, context in extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            name = path.relative_to(room).as_posix()
            catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    for path in sorted((room / "templates").rglob("*.*")):
        for text, context in template_texts(path.read_text(encoding="utf-8")):
            catalogue.add(text, locations=[(path.relative_to(room).as_posix(), 0)], context=context)
    return catalogue


def template_texts(source: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Texts of one template, each with its context; a pair is singular and plural."""
    for function, literals in _CALL.findall(templatize(source)):
        parts = [ast.literal_eval(literal) for literal in re.findall(_STRING, literals)]
        context = parts.pop(0) if "p" in function else None
        if parts and parts[0]:
            yield ((parts[0], parts[1]) if function.startswith("n") else parts[0]), context


def update(room: Path) -> tuple[int, int]:
    """Bring a room's catalogue up to date.

    Returns:
        Number of texts, and how many of them still lack a translation.
    """
    path, template = catalogue_path(room), extracted(room)
    catalogue = _read(path)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    messages = list(_messages(catalogue))
    return len(messages), sum(not _translated(message) for message in messages)


def problems(chosen: Iterable[Path] | None = None) -> list[str]:
    """What is untranslated, outdated, wrong or contradictory; empty if all is well."""
    found: list[str] = []
    meanings: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for room in chosen if chosen is not None else rooms():
        catalogue, template = _read(catalogue_path(room)), extracted(room)
        wanted = {_key(message) for message in _messages(template)}
        known = {_key(message): message for message in _messages(catalogue)}
        found += [
            f"{room.name}: not in the catalogue: {key[1]!r}. Run extract."
            for key in sorted(wanted - set(known))
        ]
        found += [
            f"{room.name}: no longer used: {key[1]!r}. Run extract."
            for key in sorted(set(known) - wanted)
        ]
        for key in sorted(wanted & set(known)):
            message = known[key]
            if not _translated(message):
                found.append(f"{room.name}: not translated: {key[1]!r}.")
                continue
            found += [f"{room.name}: {key[1]!r}: {error}." for error in message.check(catalogue)]
            meanings[key][room.name] = _text(message.string)
    for key, by_room in sorted(meanings.items()):
        # Django puts the catalogues of all rooms together: one text can have only one translation.
        if len(set(by_room.values())) > 1:
            listed = ", ".join(f"{room}: {text!r}" for room, text in sorted(by_room.items()))
            found.append(f"{key[1]!r} is translated differently: {listed}.")
    return found


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale=locale,
        project="Steiger",
        version="0",
        copyright_holder="The Steiger authors",
        msgid_bugs_address="-",
        last_translator="The Steiger authors",
        language_team="German",
        creation_date=CREATED,
        revision_date=CREATED,
        header_comment="# German texts of this room. Licence: EUPL-1.2.",
        fuzzy=False,
    )


def _read(path: Path) -> Catalog:
    catalogue = _empty(LANGUAGE)
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=LANGUAGE):
                if message.id:
                    catalogue[message.id] = message
    return catalogue


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _text(value: object) -> str:
    return (
        " | ".join(str(part) for part in value) if isinstance(value, tuple | list) else str(value)
    )


def _key(message: Message) -> tuple[str, str]:
    return (message.context or "", _text(message.id))


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings) and not message.fuzzy


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m steiger.web.config.catalogues")
    parser.add_argument("act", choices=["extract", "check", "compile"])
    parser.add_argument("room", nargs="*", help="only these rooms")
    options = parser.parse_args(arguments)
    unknown = set(options.room) - {room.name for room in rooms()}
    if unknown:
        parser.error(f"no such room: {', '.join(sorted(unknown))}")
    chosen = [room for room in rooms() if not options.room or room.name in options.room]
    if options.act == "compile":
        for path in compile_catalogues():
            print(path.relative_to(WEB))
        return 0
    if options.act == "extract":
        for room in chosen:
            texts, missing = update(room)
            print(f"{room.name}: {texts} texts, {missing} without translation")
        return 0
    found = problems(chosen)
    print("\n".join(found) if found else "All texts are translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
