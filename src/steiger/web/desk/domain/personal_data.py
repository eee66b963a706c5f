"""One person's data in all rooms: shown, corrected, erased on request (Art. 15 to 17 GDPR).

What is found follows the declarations on the models (``PERSONAL_DATA``), so a new room is covered
as soon as it declares what it keeps. How it is forgotten each room says itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from steiger.web.accounts.domain import audit, persons
from steiger.web.accounts.domain.people import PeopleError, close_account
from steiger.web.accounts.domain.personal_data import LIBRARIES
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.mails import forget_waiting
from steiger.web.cases.models import Contact, Firm

Model = type[models.Model]
#: Names of persons in rows that bear an address.
NAMES = ("name", "person_name", "contact", "display_name")
#: Never told: what leads in, not what is known; everywhere, or in one model only.
SECRET = frozenset({"password", "token_hash", "feed_key", "mfa.Authenticator.data"})


class PersonError(ValueError):
    """The act makes no sense; ``code`` says why: address, taken, last, nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def declarations() -> dict[Model, Mapping[str, str]]:
    """Every model that keeps personal data, with its fields and what they are for."""
    found: dict[Model, Mapping[str, str]] = {}
    for model in apps.get_models(include_auto_created=True):
        told = getattr(model, "PERSONAL_DATA", None) or LIBRARIES.get(model._meta.label)
        if told:
            found[model] = told
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one model about a person, as JSON values."""

    label: str
    rows: tuple[dict[str, Any], ...]


def normal(address: str) -> str:
    """An address as it is compared.

    Raises:
        PersonError: address: it cannot be one.
    """
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise PersonError("address") from error
    return address


def find(address: str) -> list[Found]:
    """Everything that is kept under an address, in all rooms.

    Raises:
        PersonError: address: it cannot be one.
    """
    rows = _rows(normal(address))
    return [
        Found(model._meta.label, tuple(_told(row) for row in found))
        for model, found in rows.items()
        if found
    ]


def _rows(address: str) -> dict[Model, list[models.Model]]:
    declared = declarations()
    found: dict[Model, dict[Any, models.Model]] = {model: {} for model in declared}
    for model, fields in declared.items():
        if (asked := _by_address(model, fields, address)) is not None:
            found[model] = {row.pk: row for row in model._default_manager.filter(asked)}
    if OutgoingMail in found:
        found[OutgoingMail] = {mail.pk: mail for mail in _waiting(address)}
    # A firm's path is its people's, who hang on the firm: the only way that leads upwards.
    firms = Firm.objects.filter(contacts__in=list(found[Contact]))
    found[Firm] = {firm.pk: firm for firm in firms}
    grew = True
    while grew:
        grew = False
        for model in declared:
            for row in _below(model, found, address):
                if row.pk not in found[model]:
                    found[model][row.pk] = row
                    grew = True
    return {model: list(rows.values()) for model, rows in found.items()}


def _by_address(model: Model, fields: Mapping[str, str], address: str) -> Q | None:
    """How rows of a model are found by an address: its own column, or a declared account."""
    asked = Q()
    for field in model._meta.concrete_fields:
        if isinstance(field, models.EmailField) or (
            field.name == "username" and field.name in fields
        ):
            asked |= Q(**{f"{field.name}__iexact": address})
        elif field.is_relation and field.related_model is User and field.name in fields:
            asked |= Q(**{f"{field.name}__email__iexact": address})
    return asked or None


def _below(
    model: Model, found: Mapping[Model, Mapping[Any, models.Model]], address: str
) -> Iterator[Any]:
    """Rows that hang on rows that were found: answers of a registration, files of an application.

    Accounts are left out: what a person did for others as an adviser hangs on her account, too;
    where it is hers, the model declares the reference. So are rows that bear another address: a
    colleague of the same firm is somebody else.
    """
    for field in model._meta.concrete_fields:
        target: Any = field.related_model
        if not field.is_relation or target is User or not found.get(target):
            continue
        for row in model._default_manager.filter(**{f"{field.name}__in": list(found[target])}):
            if not _of_another(row, address):
                yield row


def _of_another(row: models.Model, address: str) -> bool:
    columns = [f.name for f in row._meta.concrete_fields if isinstance(f, models.EmailField)]
    own = {str(getattr(row, name)).lower() for name in columns} - {"", "none"}
    return bool(own) and address not in own


def _waiting(address: str) -> Iterator[OutgoingMail]:
    for mail in OutgoingMail.objects.filter(sent_at=None):
        people = [str(one).lower() for part in mail.recipients.values() for one in part]
        if any(address in one for one in people):
            yield mail


def _told(row: models.Model) -> dict[str, Any]:
    """All columns of a row save secrets; mails without their text, which holds links."""
    left_out = SECRET | ({"content"} if isinstance(row, OutgoingMail) else set())
    label = row._meta.label
    return {
        field.name: field.value_to_string(row)
        if isinstance(field, models.DateTimeField | models.FileField | models.UUIDField)
        else getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not {field.name, f"{label}.{field.name}"} & left_out
    }


@transaction.atomic
def correct(
    *, address: str, by: audit.Actor, new_address: str = "", name: str = ""
) -> dict[str, int]:
    """Write another address or name wherever this address stands; model → number of rows.

    Raises:
        PersonError: address: one cannot be an address; taken: the new one is somebody else's;
            nothing: there is nothing to correct.
    """
    old, new = normal(address), normal(new_address) if new_address else ""
    if not (new or name):
        raise PersonError("nothing")
    if new and new != old and User.objects.filter(email__iexact=new).exists():
        raise PersonError("taken")
    counts: dict[str, int] = {}
    for model in declarations():
        own = [f.name for f in model._meta.concrete_fields if isinstance(f, models.EmailField)]
        columns = {f.name for f in model._meta.concrete_fields}
        for field in own:
            values = {field: new} if new else {}
            values |= {column: name for column in NAMES if name and column in columns}
            if not values:
                continue
            try:
                with transaction.atomic():
                    rows = model._default_manager.filter(**{f"{field}__iexact": old})
                    number = rows.update(**values)
            except IntegrityError as error:
                raise PersonError("taken") from error
            if number:
                counts[model._meta.label] = counts.get(model._meta.label, 0) + number
    if new:
        forget_waiting([old])
    _log("correct", by, counts)
    return counts


@transaction.atomic
def erase(*, address: str, by: audit.Actor) -> tuple[dict[str, int], list[Found]]:
    """Let all rooms forget a person; returns room → number of things, and what has to stay.

    Raises:
        PersonError: address: it cannot be one; last: she is the last administrator.
    """
    address = normal(address)
    counts = persons.forget_person(address)
    counts["background"] = forget_waiting([address])
    user = User.objects.filter(email__iexact=address).first()
    if user is not None:
        try:
            close_account(user=user, by=by, reason="own wish")
        except PeopleError as error:
            raise PersonError("last") from error
    counts["accounts"] = int(user is not None)
    told = {room: number for room, number in counts.items() if number}
    _log("erase", by, told)
    return told, find(address)


@transaction.atomic
def note_shown(*, by: audit.Actor, found: list[Found]) -> None:
    """Say in the log that somebody's data was looked up; not whose."""
    _log("show", by, {one.label: len(one.rows) for one in found})


def _log(act: str, by: audit.Actor, counts: Mapping[str, int]) -> None:
    entry = audit.Entry(f"desk.person.{act}", "desk.person", "", "", dict(counts))
    audit.record_many(by=by, entries=[entry])
