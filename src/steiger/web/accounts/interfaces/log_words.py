"""What the entries of the audit log mean, in the reader's words. Each room brings its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_acts: dict[str, str | Promise] = {}
_objects: dict[str, str | Promise] = {}
_reasons: dict[str, str | Promise] = {}


def register(
    *,
    acts: Mapping[str, str | Promise],
    objects: Mapping[str, str | Promise],
    reasons: Mapping[str, str | Promise] | None = None,
) -> None:
    """Make words known; called when a room is ready.

    Args:
        acts: act → what was done.
        objects: type of object → what it is.
        reasons: reasons that the product itself gives.
    """
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
        "accounts.role.grant": _("Role given"),
        "accounts.role.revoke": _("Role taken"),
    },
    objects={"accounts.user": _("Person")},
    reasons={
        "One-time link, issued on the machine itself": _(
            "One-time link, issued on the machine itself"
        ),
        "own wish": _("own wish"),
    },
)
