"""What publications keep about a firm is shown to it, and forgotten when it wants that."""

from __future__ import annotations

from datetime import date

import pytest

from factories.publications import make_publication
from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.models import Firm
from steiger.web.publications.domain import firm_data, orders
from steiger.web.publications.domain.queries import orders_between
from steiger.web.publications.models import Order

pytestmark = pytest.mark.django_db
EMAIL = "baeckerei@example.org"


def test_told_and_forgotten_while_the_figure_stays() -> None:
    first, second = make_publication(), make_publication(title_de="Zweiter Leitfaden")
    orders.ask(publication=first, email=EMAIL, firm="Bäckerei Beispiel", size="micro")
    orders.confirm(order_id=Order.objects.get().pk)
    orders.ask(publication=second, email=EMAIL, firm="Bäckerei Beispiel")
    orders.ask(publication=second, email="fremd@example.org", firm="Fremde Firma")
    firm = Firm.objects.get()
    told = firm_data.kept(firm.pk, [EMAIL])
    assert [(one["publication"], one["email"]) for one in told] == [
        ("Leitfaden Beispiel", ""),
        ("Zweiter Leitfaden", EMAIL),
    ]
    span = (date(2020, 1, 1), date(2100, 1, 1))
    before = list(orders_between(*span).values_list("pk", "publication"))
    erase_firm(firm=firm, by=audit.VISITOR)
    assert list(orders_between(*span).values_list("pk", "publication")) == before
    rows = Order.objects.order_by("created_at").values_list("email", "firm")
    assert list(rows) == [("", ""), ("fremd@example.org", "Fremde Firma")]
