"""Health, readiness, metrics, logs: what monitoring sees of an installation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from pydantic import SecretStr

from steiger.engines.directory.search import SearchIndexError
from steiger.web.operations.domain import health, metrics
from steiger.web.operations.views.machine import may_read_metrics

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest, word: str) -> HttpResponse:
    """A view with an unforeseen error."""
    raise ZeroDivisionError


def timed(request: HttpRequest) -> HttpResponse:
    """A view that says how long its parts took."""
    return HttpResponse("", headers={"Server-Timing": "search;dur=3.5, nonsense, db;dur=x"})


urlpatterns = [path("broken/<str:word>/", broken), path("timed/", timed)]


def handler500(request: HttpRequest) -> HttpResponse:
    """An error page that needs nothing."""
    return HttpResponse("error", status=500)


@pytest.fixture
def logs() -> Iterator[list[dict[str, Any]]]:
    """What is logged."""
    with structlog.testing.capture_logs() as entries:
        yield entries


def figure(name: str, **labels: str) -> float:
    """A counted figure; 0 before the first count."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_live_asks_no_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


def test_ready_names_the_part_that_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").json() == {"ready": True, "database": True, "index": True}

    def no_index() -> None:
        raise SearchIndexError("secret path")

    monkeypatch.setattr(health, "search_index", no_index)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "index": False}

    def no_database() -> None:
        raise DatabaseError("secret password")

    monkeypatch.setattr(health.connection, "cursor", no_database)
    assert client.get("/readyz").json() == {"ready": False, "database": False, "index": False}


@pytest.mark.parametrize(
    ("token", "proxies", "address", "headers", "allowed"),
    [
        ("", 0, "127.0.0.1", {}, True),
        ("", 0, "::1", {}, True),
        ("", 0, "192.0.2.7", {}, False),
        ("", 0, "", {}, False),
        ("", 1, "127.0.0.1", {}, False),
        ("", 0, "127.0.0.1", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, False),
        ("geheim", 0, "127.0.0.1", {}, False),
        ("geheim", 1, "192.0.2.7", {"HTTP_AUTHORIZATION": "Bearer geheim"}, True),
        ("geheim", 1, "192.0.2.7", {"HTTP_AUTHORIZATION": "Bearer gehei"}, False),
        ("geheim", 1, "192.0.2.7", {"HTTP_AUTHORIZATION": "geheim"}, False),
    ],
)
def test_who_may_read_metrics(  # noqa: PLR0917 - a table of cases
    settings: Any, token: str, proxies: int, address: str, headers: dict[str, str], allowed: bool
) -> None:
    changed = {"metrics_token": SecretStr(token), "trusted_proxies": proxies}
    settings.ENV = settings.ENV.model_copy(update=changed)
    request = RequestFactory().get("/metrics", REMOTE_ADDR=address, **headers)
    assert may_read_metrics(request) is allowed
    assert Client().get("/metrics", REMOTE_ADDR=address, **headers).status_code == (
        200 if allowed else 404
    )


def test_metrics_speak_prometheus(client: Client) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["steiger_database_up"].samples[0].value == 1
    assert families["steiger_index_lag_seconds"].samples[0].value == 0
    routes = {sample.labels.get("route") for sample in families["steiger_request_seconds"].samples}
    assert "healthz" in routes


@pytest.mark.urls(__name__)
def test_failure_is_logged_and_counted_once_without_the_address(
    client: Client, logs: list[dict[str, Any]]
) -> None:
    client.raise_request_exception = False
    before = figure("steiger_failures_total")
    assert client.get("/broken/mein-name/?q=geheim").status_code == 500
    failed = [entry for entry in logs if entry["event"] == "request.failed"]
    assert [(entry["error"], entry["route"]) for entry in failed] == [
        ("ZeroDivisionError", "broken/<str:word>/")
    ]
    assert figure("steiger_failures_total") - before == 1
    assert "geheim" not in str(logs)


@pytest.mark.urls(__name__)
def test_parts_of_an_answer_are_counted_from_its_header(client: Client) -> None:
    before = figure("steiger_part_seconds_sum", part="search")
    client.get("/timed/")
    assert round(figure("steiger_part_seconds_sum", part="search") - before, 6) == 0.0035


def test_request_is_logged_by_route_with_an_id(client: Client, logs: list[dict[str, Any]]) -> None:
    answer = client.get(reverse("portal:home"), {"q": "geheim"})
    entry = next(entry for entry in logs if entry["event"] == "request")
    assert (entry["method"], entry["status"], entry["log_level"]) == ("GET", 200, "info")
    assert "geheim" not in str(logs)
    assert len(answer["X-Request-ID"]) == 32


def test_probes_are_not_logged_unless_they_fail(client: Client, logs: list[dict[str, Any]]) -> None:
    client.get("/healthz")
    client.get("/metrics", REMOTE_ADDR="192.0.2.7")
    levels = [entry["log_level"] for entry in logs if entry["event"] == "request"]
    assert levels == ["debug", "info"]


def test_unknown_methods_share_one_label(client: Client) -> None:
    labels = {"method": "other", "route": "healthz", "status": "4xx"}
    before = figure("steiger_request_seconds_count", **labels)
    client.generic("BREW", "/healthz")
    assert figure("steiger_request_seconds_count", **labels) == before + 1
