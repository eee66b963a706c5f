"""Invented examinations: complete, visibly invented, readable by everyone, quickly loaded."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from factories.audits import told
from steiger.web.accounts.models import User
from steiger.web.audits.domain.chain_check import check_all
from steiger.web.audits.domain.demo import load_demo
from steiger.web.audits.domain.issuing import verified
from steiger.web.audits.models import Audit, Certificate, ChainEntry
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> list[Audit]:
    Actor.objects.create(
        name="Beispiel Guss", slug="beispiel-guss", is_example=True, state="published"
    )
    assert load_demo() == {"examinations": 2}
    return list(Audit.objects.order_by("created_at"))


def test_two_certificates_one_is_withdrawn_nobody_is_left(loaded: list[Audit]) -> None:
    assert load_demo() == {"examinations": 0}
    states = list(Certificate.objects.order_by("number").values_list("state", flat=True))
    assert states == ["valid", "withdrawn"]
    assert not User.objects.exists()
    for audit in loaded:
        assert audit.example
        assert audit.title.startswith("Beispiel")
        assert told(audit)["passed"]
        assert all(file.indicators for file in audit.evidence.all())
    assert check_all().problems == ()


def test_months_pass_and_the_certificates_hold(loaded: list[Audit]) -> None:
    for audit in loaded:
        moments = list(
            ChainEntry.objects.filter(audit_key=audit.pk)
            .order_by("number")
            .values_list("at", flat=True)
        )
        assert moments == sorted(moments)
        assert (moments[-1] - moments[0]).days >= 50
        assert audit.created_at == moments[0]
        answer, _ = verified(bytes(audit.certificate.content))
        assert (answer.valid, audit.certificate.state) in {(True, "valid"), (False, "withdrawn")}
    issued = Certificate.objects.order_by("number").values_list("issued_at", flat=True)
    assert list(issued) == sorted(issued)


def test_everyone_reads_the_whole_of_it(loaded: list[Audit]) -> None:
    audit, client = loaded[0], Client()
    start = client.get(reverse("audits:start")).content.decode()
    address = reverse("audits:example", args=[audit.pk])
    assert address in start
    page = client.get(address).content.decode()
    for dimension in ("VE", "TR", "SI"):
        where = reverse("audits:example_rating", args=[audit.pk, dimension])
        assert where in page
        assert "(Beispiel)" in client.get(where).content.decode()
    assert '<form method="post"' not in page
    assert "(Vollständigkeit der Unterlagen)" in page  # each check has a name, not its code
    assert "documentation_completeness" not in page
    assert client.get(reverse("audits:example_chain", args=[audit.pk])).status_code == 200
    file = client.get(reverse("audits:example_file", args=[audit.pk, 1]))
    assert "attachment" in file["Content-Disposition"]
    certificate = client.get(audit.certificate.get_absolute_url()).content.decode()
    assert address in certificate


def test_real_examinations_are_not_shown_as_examples(loaded: list[Audit]) -> None:
    Audit.objects.update(example=False)
    key = loaded[0].pk
    for view, *more in (("example",), ("example_rating", "VE"), ("example_chain",)):
        found = Client().get(reverse(f"audits:{view}", args=[key, *more]))
        assert found.status_code == 404
    assert Client().get(reverse("audits:example_file", args=[key, 1])).status_code == 404


def test_certificate_stands_on_the_page_of_its_actor(loaded: list[Audit], settings: Any) -> None:
    actor = Actor.objects.get()
    certificate = Certificate.objects.get(audit__actor=actor)
    page = Client().get(actor.get_absolute_url()).content.decode()
    assert certificate.get_absolute_url() in page
    assert "gültig bis" in page
    Certificate.objects.filter(pk=certificate.pk).update(state="withdrawn")
    assert "zurückgezogen" in Client().get(actor.get_absolute_url()).content.decode()
    own = Client().get(certificate.get_absolute_url()).content.decode()
    assert actor.get_absolute_url() in own
    Actor.objects.update(state="withdrawn")
    own = Client().get(certificate.get_absolute_url()).content.decode()
    assert actor.get_absolute_url() not in own
