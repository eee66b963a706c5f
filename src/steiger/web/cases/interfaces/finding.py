"""Cases and firms for the staff's search."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.models import RoleName, User
from steiger.web.cases.domain.queries import cases_matching, visible_to
from steiger.web.cases.interfaces.pages import firm_view
from steiger.web.cases.models import Case


def _rows(person: User, text: str) -> QuerySet[Case]:
    return visible_to(person, cases_matching(text=text))


def _hit(case: Case) -> Hit:
    firm = firm_view(case.firm)
    day = date_format(localtime(case.opened_at), "SHORT_DATE_FORMAT")
    known = [case.get_state_display(), _("begun on %(day)s") % {"day": day}, firm.facts]
    if case.adviser:
        known.append(str(case.adviser))
    return Hit(
        kind=_("Case"),
        title=firm.name,
        url=reverse("cases:case", kwargs={"case": case.pk}),
        note=" · ".join(part for part in known if part),
        state=_("confidential") if case.confidential else "",
    )


register(
    Searcher(
        key="faelle",
        label=gettext_lazy("Cases and firms"),
        place=10,
        roles=(RoleName.ADVISER,),
        rows=_rows,
        hit=_hit,
    )
)
