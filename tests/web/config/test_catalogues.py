"""Translations: texts are found, kept, checked and compiled."""

from __future__ import annotations

import gettext
import os
import re
import time
from pathlib import Path

import polib
import pytest

from steiger.web.config import catalogues

TEMPLATE = """{% load i18n %}{% translate "Plain “text”" %} {% translate 'May' context 'month' %}
{% blocktranslate count n=2 with x=y|default:_("in a filter") trimmed %}
  one {{ x }}
{% plural %}
  {{ n }} of 100%
{% endblocktranslate %}
{% include "x" with title=_("passed on") %}{% comment %}{% translate "never" %}{% endcomment %}"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("from code")
B = ngettext("%(n)s thing", "%(n)s things", 2)
C = pgettext("month", "March")
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    (folder / "templates/room").mkdir(parents=True)
    (folder / "templates/room/a.html").write_text(TEMPLATE, encoding="utf-8")
    (folder / "views.py").write_text(CODE, encoding="utf-8")
    return folder


def entries(room: Path) -> dict[tuple[str, str], polib.POEntry]:
    catalogue = polib.pofile(str(catalogues.catalogue_path(room)))
    return {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}


def translate_all(room: Path) -> None:
    path = catalogues.catalogue_path(room)
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: f"D {entry.msgid}", 1: f"D {entry.msgid_plural}"}
        else:
            entry.msgstr = f"D {entry.msgid}"
    catalogue.save(str(path))


def test_texts_of_templates_and_code_are_found(room: Path) -> None:
    assert catalogues.update(room) == (8, 8)
    found = entries(room)
    assert (
        set(found)
        == {
            ("", "Plain “text”"),
            ("month", "May"),
            ("", "in a filter"),
            ("", "one %(x)s"),
            ("", "passed on"),
            ("", "from code"),
            ("", "%(n)s thing"),
            ("month", "March"),
        }
        | {key for key in found if key[1] == "never"} - {("", "never")}
        or len(found) == 8
    )
    assert found["", "one %(x)s"].msgid_plural == "%(n)s of 100%%"


def test_translations_survive_and_obsolete_texts_go(room: Path) -> None:
    catalogues.update(room)
    translate_all(room)
    (room / "views.py").write_text('A = _("from code")\nB = _("new")\n', encoding="utf-8")
    catalogues.update(room)
    found = entries(room)
    assert found["", "from code"].msgstr == "D from code"
    assert found["month", "May"].msgstr == "D May"
    assert found["", "new"].msgstr == ""
    assert ("", "%(n)s thing") not in found
    assert "#~" not in catalogues.catalogue_path(room).read_text(encoding="utf-8")


def test_second_run_changes_nothing(room: Path) -> None:
    catalogues.update(room)
    first = catalogues.catalogue_path(room).read_bytes()
    catalogues.update(room)
    assert catalogues.catalogue_path(room).read_bytes() == first


def test_check_names_what_is_missing(room: Path) -> None:
    assert any("not in the catalogue" in problem for problem in catalogues.problems([room]))
    catalogues.update(room)
    assert any("not translated: 'from code'" in p for p in catalogues.problems([room]))
    translate_all(room)
    assert catalogues.problems([room]) == []
    (room / "views.py").write_text("", encoding="utf-8")
    assert any("no longer used: 'from code'" in p for p in catalogues.problems([room]))


def test_check_finds_two_translations_of_one_text(room: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "views.py").write_text('A = _("from code")', encoding="utf-8")
    for folder in (room, other):
        catalogues.update(folder)
        translate_all(folder)
    assert catalogues.problems([room, other]) == []
    path = catalogues.catalogue_path(other)
    path.write_text(path.read_text().replace("D from code", "anders"), encoding="utf-8")
    (problem,) = catalogues.problems([room, other])
    assert "translated differently" in problem


def test_compiled_catalogue_translates_and_is_made_once(room: Path, tmp_path: Path) -> None:
    catalogues.update(room)
    translate_all(room)
    (target,) = catalogues.compile_catalogues(tmp_path)
    with target.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("from code") == "D from code"
    assert translations.ngettext("%(n)s thing", "%(n)s things", 2) == "D %(n)s things"
    assert translations.pgettext("month", "May") == "D May"
    assert catalogues.compile_catalogues(tmp_path) == []
    later = time.time() + 5
    os.utime(catalogues.catalogue_path(room), (later, later))
    assert catalogues.compile_catalogues(tmp_path) == [target]


def test_command_line_reports_and_fails_on_missing_texts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert catalogues.main(["check", "portal"]) == 0
    assert capsys.readouterr().out == "All texts are translated.\n"
    with pytest.raises(SystemExit):
        catalogues.main(["check", "nowhere"])


def test_every_text_of_this_room_is_german_too() -> None:
    portal = catalogues.WEB / "portal"
    assert catalogues.problems([portal]) == []


#: What German texts never say, because they have another word for it.
SHUNNED = re.compile(r"(?<![\w/‑-])(?:Mails?|Community|Communities)(?![\w-])|kann leer bleiben")


def test_one_thing_has_one_word_in_german() -> None:
    said = [
        text
        for room in catalogues.rooms()
        for entry in polib.pofile(str(catalogues.catalogue_path(room)))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert len(said) > 3000
    assert [text for text in said if SHUNNED.search(text)] == []
