"""Addresses that keep the query, icons, the region's name."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from steiger.web.portal.domain import region as regions
from steiger.web.portal.interfaces import addresses

register = template.Library()


def _query(context: RequestContext) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


def _address(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def page_url(context: RequestContext, number: int) -> str:
    """The address of another page of the same list; page 1 needs no parameter."""
    query = _query(context)
    query.pop("page", None)
    if number > 1:
        query["page"] = str(number)
    return _address(query)


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **values: Any) -> str:
    """The same query with these parameters set; the list begins again on its first page."""
    query = _query(context)
    query.pop("page", None)
    for key, value in values.items():
        if value in (None, ""):
            query.pop(key, None)
        elif isinstance(value, list | tuple):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    return _address(query)


@register.simple_tag(takes_context=True)
def query_without(context: RequestContext, key: str, value: Any = None) -> str:
    """The same query without a parameter, or without one of its values."""
    query = _query(context)
    query.pop("page", None)
    left = [] if value is None else [item for item in query.getlist(key) if item != str(value)]
    if left:
        query.setlist(key, left)
    else:
        query.pop(key, None)
    return _address(query)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the design system beside a text; screen readers skip it."""
    classes = f"kern-icon kern-icon--{name} {extra}".strip()
    return format_html('<span class="{}" aria-hidden="true"></span>', classes)


@register.simple_tag
def region_name() -> str:
    """The region's name in the reader's language."""
    return regions.region_name()


@register.simple_tag(takes_context=True)
def language_url(context: RequestContext, language: str) -> str:
    """This very page, with its query, in another language."""
    request = context.get("request")
    return addresses.in_language(request.get_full_path() if request else "/", language)


@register.simple_tag(takes_context=True)
def absolute_url(context: RequestContext, language: str = "") -> str:
    """This page's full address without its query, for search engines and previews."""
    request = context.get("request")
    path = request.path if request else "/"
    return settings.BASE_URL + (addresses.in_language(path, language) if language else path)


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """Numbers to show for a list of pages: the ends, two around the current one, None for a gap."""
    near = range(page.number - 2, page.number + 3)
    shown = sorted({1, page.num_pages, *(n for n in near if 1 <= n <= page.num_pages)})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


class CaptureNode(template.Node):
    """Renders its content once and keeps it under a name."""

    # Names under which Django looks for blocks of templates that extend this one.
    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: template.NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: template.Context) -> str:
        """Store the text; nothing appears here."""
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 -- the template escaped it
        return ""


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> CaptureNode:
    """``{% capture name %}…{% endcapture %}``: a block's text for two places on the page."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodelist)
