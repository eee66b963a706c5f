"""The whole description is true: schemathesis finds no server error and no violation.

A few examples for each operation; many of them in ``benchmarks/directory/api_conformance.py``.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from factories.api import make_key, make_map
from factories.api_checks import EXPECTED
from steiger.web.config.wsgi import application

FEW = examples(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)


@pytest.mark.django_db(transaction=True)  # its requests end like real ones: with their connection
def test_every_operation_keeps_its_word(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_CHANGES_PER_HOUR = 1_000_000
    settings.ALLOWED_HOSTS = ["*"]
    _, secret = make_key(make_map()["firm"], scopes=("actor:read", "actor:write"))
    config = SchemathesisConfig.from_dict({"checks": EXPECTED})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)
    names = []
    for found in schema.get_all_operations():
        operation = found.ok()
        names.append(operation.label)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _probe(operation, mode, secret)
    assert len(names) >= 19, names


def _probe(operation: Any, mode: GenerationMode, secret: str) -> None:
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        # The transport of tests does not unpack what is packed on the way.
        plain = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=plain)

    try:
        run()
    except Unsatisfiable:
        # What takes no parameters cannot be asked wrongly.
        assert mode == GenerationMode.NEGATIVE, operation.label
