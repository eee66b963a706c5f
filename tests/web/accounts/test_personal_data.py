"""Every field that holds personal data says what for, and until when."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person
from steiger.web.accounts.domain.personal_data import LIBRARIES, kept_about
from steiger.web.accounts.models import User

PERSONAL_NAMES = re.compile(
    r"(^|_)(email|e_mail|phone|telephone|mobile|first_name|last_name|display_name|birth\w*|ip|"
    r"ip_address|user_agent|username|recipients|last_login|extra_data|iban)$"
)
# Names of what is no person: settings of an app at a provider, and codes that lead to an account.
NO_PERSON = {"account.EmailConfirmation", "socialaccount.SocialApp", "socialaccount.SocialToken"}


def looks_personal(field: models.Field) -> bool:
    kinds = (models.EmailField, models.GenericIPAddressField)
    if isinstance(field, models.BooleanField):
        return False
    if field.is_relation:
        return field.related_model is User
    return isinstance(field, kinds) or bool(PERSONAL_NAMES.search(field.name))


@pytest.mark.parametrize(
    "model", apps.get_models(include_auto_created=True), ids=lambda model: model._meta.label
)
def test_personal_fields_are_declared(model: type[models.Model]) -> None:
    label = model._meta.label
    if label in NO_PERSON:
        return
    declared = getattr(model, "PERSONAL_DATA", None) or LIBRARIES.get(label, {})
    personal = {field.name for field in model._meta.concrete_fields if looks_personal(field)}
    assert personal - set(declared) == set(), f"{label}: say purpose and retention"


def test_declarations_name_fields_and_retention() -> None:
    declared = {
        m._meta.label: m.PERSONAL_DATA for m in apps.get_models() if hasattr(m, "PERSONAL_DATA")
    }
    for label, fields in (declared | LIBRARIES).items():
        names = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert set(fields) - names == set(), label
        assert all(len(text.split()) >= 4 for text in fields.values()), label


@pytest.mark.django_db
def test_kept_about_tells_all() -> None:
    user = create_person(email="beispiel@example.org", by=audit.SYSTEM, verified=True)
    told = kept_about(user)
    assert told["addresses"] == [{"email": "beispiel@example.org", "verified": True}]
    assert (told["number"], told["roles"], told["second_factors"]) == (user.pk, [], [])
