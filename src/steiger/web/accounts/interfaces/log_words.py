"""What the entries of the audit log mean, in the reader's words. Each room brings its own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.forms import BaseForm, Field
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.models import AccessKey, LogEntry, RoleName

#: From the key of a change and one of its values to words; None for a key that it does not know.
Describe = Callable[[str, Any], tuple[str, str] | None]
#: What a key's values are called: a word for each code, or how to tell one.
Values = Mapping[Any, "str | Promise"] | Callable[[Any], str]
#: Keys under which a list of names stands, not a value before and one after.
NAMES = frozenset({"fields", "columns", "scopes"})

UTC_TIME = re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b")
ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?")

_acts: dict[str, str | Promise] = {}
_objects: dict[str, str | Promise] = {}
_reasons: dict[str, str | Promise] = {}
_describe: defaultdict[str, list[Describe]] = defaultdict(list)


def register(
    *,
    acts: Mapping[str, str | Promise],
    objects: Mapping[str, str | Promise],
    reasons: Mapping[str, str | Promise] | None = None,
    changes: Mapping[str, Describe] | None = None,
) -> None:
    """Make words known; called when a room is ready.

    Args:
        acts: act → what was done.
        objects: type of object → what it is.
        reasons: reasons that the product itself gives.
        changes: type of object → what its changes are called. Several rooms may change one thing;
            each describes its own keys.
    """
    for object_type, describe in (changes or {}).items():
        _describe[object_type].append(describe)
    _acts.update(acts)
    _objects.update(objects)
    _reasons.update(reasons or {})


def act_words(act: str) -> str:
    """What was done; the act itself if no room knows it (entries outlive their code)."""
    return str(_acts.get(act, act))


def object_words(object_type: str) -> str:
    """What kind of object it was."""
    return str(_objects.get(object_type, object_type))


def reason_words(reason: str) -> str:
    """Why; what people wrote stays as they wrote it."""
    return str(_reasons.get(reason, reason))


def thing_words(entry: LogEntry) -> str:
    """What it was called, or what kind of thing it is where its name is but a number."""
    label = entry.object_label
    if not label or label.isdigit() or entry.object_id.startswith(label):
        return object_words(entry.object_type)
    return UTC_TIME.sub(_local_time, label)  # times stand in it in UTC and are shown as here


def _local_time(found: re.Match[str]) -> str:
    try:
        moment = datetime.fromisoformat(f"{found.group(0)}+00:00")
    except ValueError:  # a name that only looks like a time
        return found.group(0)
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def change_words(object_type: str, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was changed, and the values before and after with an arrow."""
    lines = []
    for key, value in changes.items():
        told = [
            _described(object_type, key, side) or (key, plain(side)) for side in _sides(key, value)
        ]
        lines.append((told[0][0], " → ".join(text or "–" for _key, text in told)))
    return lines


def _sides(key: str, value: Any) -> list[Any]:
    """Before and after; one side only where nothing was before, or a list of names stands."""
    names = key in NAMES and isinstance(value, list) and all(isinstance(v, str) for v in value)
    return value if isinstance(value, list) and len(value) == 2 and not names else [value]


def _described(object_type: str, key: str, value: Any) -> tuple[str, str] | None:
    told = (describe(key, value) for describe in _describe.get(object_type, ()))
    return next((words for words in told if words is not None), None)


def knows(object_type: str, key: str) -> bool:
    """Whether a key of a change has a word."""
    return _described(object_type, key, None) is not None


def labels_of(form: type[BaseForm]) -> dict[str, str | Promise]:
    """What a form calls its fields: the words for keys that are the fields that it changes."""
    fields: Mapping[str, Field] = form.base_fields  # type: ignore[attr-defined]
    return {name: field.label or name for name, field in fields.items()}


def words_for(
    keys: Mapping[str, str | Promise], values: Mapping[str, Values] | None = None
) -> Describe:
    """Changes whose keys are a fixed list.

    Args:
        keys: key → what it is called.
        values: key → what its values are called; what is missing stays as it is.
    """

    def describe(key: str, value: Any) -> tuple[str, str] | None:
        if key not in keys:
            return None
        return str(keys[key]), _value((values or {}).get(key, {}), value)

    return describe


def _value(known: Values, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(known, part) for part in value)
    if callable(known):
        return "" if value is None else known(value)
    # What hashes not, is no code.
    code = value if isinstance(value, str | int | bool | None) else ""
    return str(known[code]) if code in known else plain(value)


def plain(value: Any) -> str:
    """A value as it is: lists with commas, yes and no in words, times as here."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(plain(part) for part in value)
    if isinstance(value, str) and ISO_TIME.fullmatch(value):
        return _moment(value)
    return "" if value is None else str(value)


def _moment(text: str) -> str:
    try:
        if len(text) == len("2026-11-28"):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        return date_format(localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
    except ValueError:  # only looks like a time
        return text


def act_choices() -> Iterable[tuple[str, str]]:
    """All acts by name, after "all"."""
    known = sorted(((act, act_words(act)) for act in _acts), key=lambda pair: pair[1].lower())
    return [("", str(_("All"))), *known]


def object_choices() -> Iterable[tuple[str, str]]:
    """All kinds of objects by name, after "all"."""
    known = sorted(((key, object_words(key)) for key in _objects), key=lambda pair: pair[1].lower())
    return [("", str(_("All"))), *known]


register(
    acts={
        "accounts.sign_in": _("Signed in"),
        "accounts.locked_out": _("Locked out after failures"),
        "accounts.link.issue": _("Sign-in link issued"),
        "accounts.link.use": _("Sign-in link used"),
        "accounts.password.change": _("Password changed"),
        "accounts.email.change": _("E-mail address changed"),
        "accounts.second_factor.add": _("Second factor set up"),
        "accounts.second_factor.remove": _("Second factor removed"),
        "accounts.person.create": _("Person added"),
        "accounts.person.rename": _("Person renamed"),
        "accounts.person.close": _("Account closed"),
        "accounts.person.expire": _("Account erased that nobody confirmed"),
        "accounts.key.create": _("Access key made"),
        "accounts.key.revoke": _("Access key withdrawn"),
        "accounts.role.grant": _("Role given"),
        "accounts.role.revoke": _("Role taken"),
    },
    objects={"accounts.user": _("Person"), "accounts.accesskey": _("Access key")},
    reasons={
        "One-time link, issued on the machine itself": _(
            "One-time link, issued on the machine itself"
        ),
        "own wish": _("own wish"),
    },
    changes={
        "accounts.user": words_for(
            {
                "role": _("role"),
                "name": _("name"),
                "email": _("e-mail address"),
                "kind": _("kind"),
            },
            {
                "role": dict(RoleName.choices),
                "kind": {
                    "totp": _("Authenticator app"),
                    "webauthn": _("Passkey"),
                    "recovery_codes": _("Recovery codes"),
                },
            },
        ),
        "accounts.accesskey": words_for(
            {"scopes": _("allows")}, {"scopes": dict(AccessKey.Scope.choices)}
        ),
    },
)
