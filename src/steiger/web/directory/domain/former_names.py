"""What an entry was called before: kept when its official name changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from steiger.engines.directory.matching import is_correction
from steiger.web.directory.models import Name, Sourced


def former_names(before: Iterable[Sourced], after: Sequence[Sourced]) -> list[Name]:
    """Names to state besides ``after``, so that a source forgets none that it gave up.

    An official name that another one replaces, unless only its spelling is corrected, and those
    kept earlier. They carry no place at the source, which does not state them any more.
    """
    said = {value.text for value in after if isinstance(value, Name)}
    now = {
        v.language: v.text for v in after if isinstance(v, Name) and v.kind == Name.Kind.OFFICIAL
    }
    found: list[Name] = []
    for value in before:
        if not isinstance(value, Name) or value.text in said:
            continue
        if value.kind == Name.Kind.FORMER and not value.source_record:
            found.append(former(value.text, value.language, stated_on=value.stated_on))
        elif (
            value.kind == Name.Kind.OFFICIAL
            and value.language in now
            and not is_correction(value.text, now[value.language])
        ):
            found.append(former(value.text, value.language))
    return found


def former(text: str, language: str, **fields: object) -> Name:
    """A former name, given up today unless ``stated_on`` says when."""
    return Name(kind=Name.Kind.FORMER, text=text, language=language, **fields)
