"""Values as plain data."""

from __future__ import annotations

import json

import pytest

from factories.directory import make_actor
from steiger.web.directory.domain.statements import StatementError, from_data, to_data
from steiger.web.directory.domain.writing import VALUE_MODELS, key_of
from steiger.web.directory.models import Term

pytestmark = pytest.mark.django_db


def test_values_come_back_as_they_were() -> None:
    actor = make_actor()
    values = [row for model in VALUE_MODELS for row in model._default_manager.filter(actor=actor)]
    assert values
    data = to_data(values)
    again = from_data(json.loads(json.dumps(data)))
    assert sorted(map(key_of, again)) == sorted(map(key_of, values))
    assert to_data(again) == data


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ({"is": "spell"}, "Unknown kind"),
        ({"is": "name", "secret": 1}, "secret"),
        ({"is": "name", "actor": 1}, "actor"),
        ({"is": "classification", "term": "method/nothing"}, "method/nothing"),
    ],
)
def test_what_is_no_statement_is_refused(statement: dict[str, object], word: str) -> None:
    assert not Term.objects.filter(key="nothing").exists()
    with pytest.raises(StatementError, match=word):
        from_data([statement])
