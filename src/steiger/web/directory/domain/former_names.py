"""What an entry was called before: kept when its name changes, in whichever way it does.

Whatever replaces the names that a source states asks here: lists, the form, programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from steiger.engines.directory.matching import is_correction
from steiger.web.directory.domain.summary import shown_name
from steiger.web.directory.models import Name, Sourced


def former_names(
    before: Iterable[Sourced], after: Sequence[Sourced], *, beside: Sequence[Name] = ()
) -> list[Name]:
    """Names to state besides ``after``, so that a source forgets none that it gave up.

    An official name that another one replaces, unless only its spelling is corrected, and those
    kept earlier. They carry no place at the source, which does not state them any more.

    Args:
        beside: what other sources call the entry, if the name on its page is given up, too,
            whoever stated it; all names know their source then.
    """
    old = [value for value in before if isinstance(value, Name)]
    new = [value for value in after if isinstance(value, Name)]
    said = {value.text for value in new}
    now = {v.language: v.text for v in new if v.kind == Name.Kind.OFFICIAL}
    found: dict[str, Name] = {}
    for value in old:
        if value.kind == Name.Kind.FORMER and not value.source_record:
            found.setdefault(
                value.text, _former(value.text, value.language, stated_on=value.stated_on)
            )
    given_up = [
        (value, now[value.language])
        for value in old
        if value.kind == Name.Kind.OFFICIAL and value.language in now and not value.hidden
    ]
    headed = heading([*old, *beside]), heading([*new, *beside])
    if beside and headed[0] and headed[1]:
        said.add(headed[1].text)
        if headed[0].kind == Name.Kind.OFFICIAL:
            given_up.append((headed[0], headed[1].text))
    for value, text in given_up:
        if value.text != text and not is_correction(value.text, text):
            found.setdefault(value.text, _former(value.text, value.language))
    return [name for text, name in found.items() if text not in said]


def heading(names: Iterable[Name]) -> Name | None:
    """The name on the page, of all that are stated."""
    return shown_name([name for name in names if not name.hidden])


def _former(text: str, language: str, **fields: object) -> Name:
    """A former name, given up today unless ``stated_on`` says when."""
    return Name(kind=Name.Kind.FORMER, text=text, language=language, **fields)
