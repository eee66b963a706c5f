"""Tags that every room uses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override

from steiger.web.portal.interfaces.addresses import in_language
from steiger.web.portal.templatetags.portal_tags import page_numbers


def render(source: str, path: str = "/liste/?q=a%20b&topic=x&topic=y&page=3") -> str:
    request = RequestFactory().get(path)
    context = RequestContext(request, {"request": request})
    return Template("{% load portal_tags %}" + source).render(context)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% page_url 1 %}", "?q=a+b&amp;topic=x&amp;topic=y"),
        ("{% page_url 2 %}", "?q=a+b&amp;topic=x&amp;topic=y&amp;page=2"),
        ("{% query_with view='map' %}", "?q=a+b&amp;topic=x&amp;topic=y&amp;view=map"),
        ("{% query_with q='' %}", "?topic=x&amp;topic=y"),
        ("{% query_without 'topic' 'x' %}", "?q=a+b&amp;topic=y"),
        ("{% query_without 'topic' %}", "?q=a+b"),
        ("{% query_without 'nothing' %}", "?q=a+b&amp;topic=x&amp;topic=y"),
    ],
)
def test_queries_keep_the_rest(source: str, expected: str) -> None:
    assert render(source) == expected


def test_last_parameter_gone_leaves_a_plain_address() -> None:
    assert render("{% query_without 'q' %}", "/?q=1") == "?"


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("/", "en", "/en/"),
        ("/en/", "de", "/"),
        ("/en", "de", "/"),
        ("/en?a=1", "de", "/?a=1"),
        ("/energie/", "en", "/en/energie/"),
        ("/energie/", "de", "/energie/"),
        ("/en/energie/?en=/en/", "en", "/en/energie/?en=/en/"),
    ],
)
def test_address_in_another_language(path: str, language: str, expected: str) -> None:
    assert in_language(path, language) == expected


@pytest.mark.parametrize(
    ("number", "pages", "expected"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_page_numbers(number: int, pages: int, expected: list[int | None]) -> None:
    assert page_numbers(SimpleNamespace(number=number, num_pages=pages)) == expected


def test_icon_is_hidden_from_screen_readers_and_escaped() -> None:
    assert render("{% icon 'search' %}") == (
        '<span class="kern-icon kern-icon--search" aria-hidden="true"></span>'
    )
    assert "<b>" not in render("{% icon '<b>' %}")


@pytest.mark.parametrize(
    ("language", "name"), [("de", "Nordrhein-Westfalen"), ("en", "North Rhine-Westphalia")]
)
def test_region_name_follows_the_language(language: str, name: str) -> None:
    with override(language):
        assert render("{% region_name %}") == name


def test_captured_text_stays_escaped() -> None:
    source = "{% capture t %} {{ x }} {% endcapture %}[{{ t }}|{{ t }}]"
    request = RequestFactory().get("/")
    template = Template("{% load portal_tags %}" + source)
    html = template.render(RequestContext(request, {"request": request, "x": '"<b>'}))
    assert html == "[&quot;&lt;b&gt;|&quot;&lt;b&gt;]"
