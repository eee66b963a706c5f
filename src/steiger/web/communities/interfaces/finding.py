"""Communities, their questions and their members for the staff's search."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from steiger.lib.text import one_line
from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import RoleName, User
from steiger.web.communities.domain.texts import localized
from steiger.web.communities.models import Community, Member, Question, State


def _communities(_person: User, text: str) -> QuerySet[Community]:
    columns = ("name_de", "name_en", "what_de", "what_en", "whom_de", "whom_en")
    return holding(Community.objects.all(), text, *columns).order_by("-state", "name_de")


def _community(community: Community) -> Hit:
    return Hit(
        kind=_("Community"),
        title=localized(community, "name"),
        url=community.get_absolute_url(),
        note=localized(community, "what"),
        state="" if community.is_open else community.get_state_display(),
    )


def _questions(person: User, text: str) -> QuerySet[Question]:
    seen = Q(state=State.SHOWN)
    if person.has_role(RoleName.MODERATOR):
        seen |= Q(state=State.WAITING)
    rows = Question.objects.filter(seen).select_related("community")
    return holding(rows, text, "title", "text").order_by("-created_at", "-pk")


def _question(question: Question) -> Hit:
    waits = question.state == State.WAITING
    view = "communities:moderation" if waits else "communities:questions"
    address = reverse(view, kwargs={"slug": question.community.slug})
    return Hit(
        kind=_("Question"),
        title=question.title,
        url=address if waits else f"{address}#frage-{question.pk}",
        note=f"{localized(question.community, 'name')} · {one_line(question.text, 110)}",
        state=question.get_state_display() if waits else "",
    )


def _members(_person: User, text: str) -> QuerySet[Member]:
    seen = Member.objects.exclude(confirmed_at=None).select_related("community")
    return holding(seen, text, "name", "email", "organisation").order_by("name", "pk")


def _member(member: Member) -> Hit:
    address = reverse("communities:manage", kwargs={"slug": member.community.slug})
    known = (member.organisation, localized(member.community, "name"))
    return Hit(
        kind=_("Member"),
        title=member.name,
        url=address,
        note=" · ".join(part for part in known if part),
        state=pgettext("community", "Moderator") if member.moderator else "",
    )


for _searcher in (
    Searcher(
        key="gemeinschaften",
        label=gettext_lazy("Communities"),
        place=60,
        rows=_communities,
        hit=_community,
    ),
    Searcher(
        key="fragen",
        label=gettext_lazy("Questions in communities"),
        place=62,
        rows=_questions,
        hit=_question,
    ),
    Searcher(
        key="mitglieder",
        label=gettext_lazy("Members of communities"),
        place=64,
        roles=(RoleName.MODERATOR,),
        rows=_members,
        hit=_member,
    ),
):
    register(_searcher)
