"""Pages for errors name the thing and the way out; the last of them needs no database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.http import HttpResponseNotAllowed
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from steiger.web.config import urls
from steiger.web.portal.middleware import WrongMethodMiddleware
from steiger.web.portal.views import errors, pages


def _broken(request: object) -> None:
    raise DatabaseError("the disk is gone")


urlpatterns = [path("kaputt/", _broken), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/nirgends/", "Unter dieser Adresse gibt es nichts"),
        ("/en/nowhere/", "There is nothing at this address"),
    ],
)
def test_missing_page(client: Client, address: str, heading: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert f"<h1>{heading}</h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [
        (errors.bad_request, 400, "Diese Anfrage lässt sich nicht lesen"),
        (errors.permission_denied, 403, "Diese Seite ist für andere bestimmt"),
        (errors.not_found, 404, "Unter dieser Adresse gibt es nichts"),
    ],
)
@pytest.mark.django_db
def test_error_page(client: Client, view: object, status: int, heading: str) -> None:
    request = client.get("/").wsgi_request
    response = view(request, Exception())  # type: ignore[operator]
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_server_error_needs_no_database() -> None:
    # Without the mark django_db every query fails, and this request has neither user nor session.
    response = errors.server_error(RequestFactory().get("/landkarte/"))
    assert response.status_code == 500
    html = response.content.decode()
    assert "Bei uns ist etwas kaputtgegangen" in html
    assert 'href="/landkarte/"' in html


@override_settings(ROOT_URLCONF=__name__)
def test_failing_view_answers_with_the_designed_page() -> None:
    response = Client(raise_request_exception=False).get("/kaputt/")
    assert response.status_code == 500
    assert "<h1>Bei uns ist etwas kaputtgegangen</h1>" in response.content.decode()
    assert "the disk is gone" not in response.content.decode()


@pytest.mark.django_db
def test_old_form_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/barrierefreiheit/", {"barrier": "x"})
    assert response.status_code == 403
    assert "Ihr Formular war zu lange offen" in response.content.decode()


def test_home_answers_only_reading_methods(client: Client) -> None:
    assert client.post("/").status_code == 405
    assert pages.home.__name__ == "home"


@pytest.mark.django_db
def test_address_for_forms_says_so_when_opened_like_a_page(client: Client) -> None:
    request = client.get("/").wsgi_request
    response = WrongMethodMiddleware(lambda _: HttpResponseNotAllowed(["POST"]))(request)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Diese Adresse nimmt nur Formulare an" in response.content.decode()
