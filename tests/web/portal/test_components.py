"""Components render what they are given, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory


def render(name: str, path: str = "/?q=a", **context: object) -> str:
    request = RequestFactory().get(path)
    return " ".join(
        render_to_string(f"portal/components/{name}.html", {"request": request} | context).split()
    )


def test_breadcrumb_ends_with_the_page_itself() -> None:
    html = render("breadcrumb", crumbs=[("Landkarte", "/landkarte/"), ("Köln", "/x/")])
    assert '<a href="/landkarte/">Landkarte</a>' in html
    assert '<span aria-current="page">Köln</span>' in html


def test_pagination_is_silent_for_one_page() -> None:
    assert render("pagination", page=SimpleNamespace(number=1, num_pages=1)) == ""


def test_pagination_marks_the_page_and_keeps_the_query() -> None:
    html = render("pagination", page=SimpleNamespace(number=2, num_pages=3))
    assert '<span aria-current="page">2</span>' in html
    assert 'href="?q=a&amp;page=3" rel="next"' in html
    assert 'href="?q=a" rel="prev"' in html


def test_tabs_mark_one_and_show_counts_even_if_zero() -> None:
    tabs = [
        {"label": "Liste", "url": "?", "current": True, "count": 0},
        {"label": "Karte", "url": "?m"},
    ]
    html = render("tabs", label="Ansicht", tabs=tabs)
    assert html.count("aria-current") == 1
    assert '<span class="st-count">0</span>' in html
    assert html.count("st-count") == 1


def test_card_is_a_link_only_with_an_address() -> None:
    assert "<a " not in render("card", title="X")
    assert '<h2 class="st-card__title"><a href="/x/">X</a></h2>' in render(
        "card", title="X", url="/x/", level=2
    )


@pytest.mark.parametrize(
    ("kind", "css", "word"),
    [
        ("success", "success", ""),
        ("error", "danger", "Problem:"),
        ("warning", "warning", "Hinweis:"),
    ],
)
def test_alert_has_a_word_and_an_icon(kind: str, css: str, word: str) -> None:
    html = render("alert", kind=kind, title="T", text="<b>")
    assert f"st-alert--{css}" in html
    assert f"kern-icon--{css}" in html
    assert word in html
    assert "&lt;b&gt;" in html


def test_empty_state_shows_the_way_out() -> None:
    assert 'href="/x/">Alle' in render("empty", title="Nichts", url="/x/", action="Alle")


class Registration(forms.Form):
    """One field of each form of label."""

    town = forms.CharField(label="Ort", min_length=3)
    online = forms.BooleanField(label="Nimmt online teil")
    days = forms.MultipleChoiceField(
        label="Tage", choices=[("1", "Montag")], widget=forms.CheckboxSelectMultiple
    )


def test_a_single_box_stands_before_its_label_and_every_other_field_below_it() -> None:
    form = Registration()
    box = render("field", field=form["online"])
    assert box.index("<input") < box.index("Nimmt online teil")
    for name, label in (("town", "Ort"), ("days", "Tage")):
        html = render("field", field=form[name])
        assert html.index(f">{label}</") < html.index("<input")
    several = render("field", field=form["days"])
    assert several.strip().startswith("<fieldset")
    assert ">Tage</legend>" in several
    assert several.strip().endswith("</fieldset>")


def test_all_mistakes_of_a_field_stand_in_one_place_that_the_field_names() -> None:
    form = Registration({"town": "x"})
    form.add_error("town", "Diesen Ort gibt es nicht.")
    html = render("field", field=form["town"])
    assert (html.count('id="id_town_error"'), html.count("st-field__error")) == (1, 2)
    assert 'aria-describedby="id_town_error"' in html
