"""The trail of forecasts: any of them can be computed again and compared bit by bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from steiger.web.accounts.domain.audit import SYSTEM, Actor, record
from steiger.web.flood.models import Forecast

TASK = "steiger.web.flood.tasks.check_forecast_task"


@transaction.atomic
def ask_check(*, forecast: Forecast, by: Actor) -> None:
    """Queue the computation; the worker does it."""
    Forecast.objects.filter(pk=forecast.pk).update(
        check_result=Forecast.Check.WAITING, checked_at=timezone.now()
    )
    record(by=by, act="flood.forecast.check", on=forecast)
    import_string(TASK).enqueue(forecast_pk=forecast.pk)


def check(forecast_pk: int) -> str:
    """Compute a forecast again and note whether it is equal; returns the finding."""
    from steiger.engines.flood.forecasting import ForecastError
    from steiger.web.flood.domain.forecasting import GoneError
    from steiger.web.flood.domain.producing import compute_again

    forecast = Forecast.objects.select_related("network").filter(pk=forecast_pk).first()
    if forecast is None:
        return "gone"
    try:
        again = compute_again(forecast)
    except (GoneError, ForecastError):
        result = Forecast.Check.IMPOSSIBLE
    else:
        equal = canonical(numbers(again)) == canonical(numbers(forecast.document))
        result = Forecast.Check.EQUAL if equal else Forecast.Check.DIFFERENT
    with transaction.atomic():
        before = forecast.check_result
        forecast.check_result, forecast.checked_at = result, timezone.now()
        forecast.save(update_fields=["check_result", "checked_at"])
        changes = {"check_result": [before, str(result)]}
        record(by=SYSTEM, act="flood.forecast.check", on=forecast, changes=changes)
    return str(result)


def numbers(document: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal: everything but the version of the program that computed it."""
    model = {"digest": document["model"]["digest"]}
    return {**{key: value for key, value in document.items() if key != "id"}, "model": model}


def canonical(document: Any) -> str:
    """One text for one content. Python writes the shortest decimal that gives the same bits."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
