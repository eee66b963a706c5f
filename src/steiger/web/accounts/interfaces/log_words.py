"""What the entries of the audit log mean, in the reader's words. Each room brings its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.models import LogEntry, RoleName

#: From the key of a change and one of its values to words.
Describe = Callable[[str, Any], tuple[str, str]]

UTC_TIME = re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b")

_acts: dict[str, str | Promise] = {}
_objects: dict[str, str | Promise] = {}
_reasons: dict[str, str | Promise] = {}
_describe: dict[str, Describe] = {}


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
        changes: type of object → what its changes are called.
    """
    _describe.update(changes or {})
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
    describe = _describe.get(object_type, _as_it_is)
    lines = []
    for key, value in changes.items():
        sides = value if isinstance(value, list) and len(value) == 2 else [value]
        told = [describe(key, side) for side in sides]
        lines.append((told[0][0], " → ".join(text or "–" for _key, text in told)))
    return lines


def plain(value: Any) -> str:
    """A value as it is: lists with commas, yes and no in words, nothing as nothing."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(plain(part) for part in value)
    return "" if value is None else str(value)


def _as_it_is(key: str, value: Any) -> tuple[str, str]:
    return key, plain(value)


def _of_person(key: str, value: Any) -> tuple[str, str]:
    labels = dict(RoleName.choices)
    words = {"role": _("role"), "name": _("name"), "email": _("e-mail address")}
    return str(words.get(key, key)), str(labels.get(value, plain(value)))


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
    changes={"accounts.user": _of_person},
)
