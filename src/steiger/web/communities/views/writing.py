"""What members write."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steiger.web.communities.domain.membership import change
from steiger.web.communities.domain.queries import shown_questions
from steiger.web.communities.domain.tokens import LEAVE, token_for
from steiger.web.communities.domain.writing import TooMuchError, answer, ask, put_note, take_back
from steiger.web.communities.interfaces.entering import members_only
from steiger.web.communities.interfaces.forms import AnswerForm, MeForm, NoteForm, QuestionForm
from steiger.web.communities.interfaces.pages import frame
from steiger.web.communities.models import Answer, Community, Member, Note, Question

METHODS = ["GET", "HEAD", "POST"]
KINDS: dict[str, Any] = {"question": Question, "answer": Answer, "note": Note}


@require_http_methods(METHODS)
@members_only
def ask_page(request: HttpRequest, community: Community, member: Member) -> HttpResponse:
    """Ask a question; a moderator looks at it first."""
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask(member=member, **form.cleaned_data)
        except TooMuchError:
            form.add_error(None, _too_much())
        else:
            _thank(request, member)
            return redirect("communities:questions", community.slug)
    return _form(request, community, form, "questions", _("Ask a question"))


@require_http_methods(METHODS)
@members_only
def answer_page(
    request: HttpRequest, community: Community, member: Member, pk: int
) -> HttpResponse:
    """Answer a question."""
    question = get_object_or_404(shown_questions(community), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer(member=member, question=question, text=form.cleaned_data["text"])
        except TooMuchError:
            form.add_error(None, _too_much())
        else:
            _thank(request, member)
            url = reverse("communities:questions", kwargs={"slug": community.slug})
            return redirect(f"{url}#frage-{pk}")
    return _form(request, community, form, "questions", question.title, question=question)


@require_http_methods(METHODS)
@members_only
def note_page(request: HttpRequest, community: Community, member: Member) -> HttpResponse:
    """Say what one seeks or offers."""
    form = NoteForm(request.POST or None, initial={"kind": request.GET.get("kind", "seeks")})
    if request.method == "POST" and form.is_valid():
        try:
            put_note(member=member, **form.cleaned_data)
        except TooMuchError:
            form.add_error(None, _too_much())
        else:
            _thank(request, member)
            return redirect("communities:notes", community.slug)
    return _form(request, community, form, "notes", _("Seek or offer something"))


@require_http_methods(METHODS)
@members_only
def me(request: HttpRequest, community: Community, member: Member) -> HttpResponse:
    """What one shows of oneself, what one has written, and the way out."""
    form = MeForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        change(
            member=member,
            name=values["name"],
            organisation=values["organisation"],
            actor=form.actor(),
            digest=values["digest"],
        )
        proposals = form.proposals()
        messages.success(request, _("Your entry is saved."))
        if proposals:
            names = "; ".join(actor.name for actor in proposals)
            messages.info(request, _("On the map there are: %(names)s") % {"names": names})
        return redirect("communities:me", community.slug)
    context = frame(request, community, "me") | {
        "form": form,
        "leave_token": token_for(member.id, LEAVE),
        "mine": [
            *(("question", q, q.title) for q in member.questions.all()),
            *(("answer", a, a.text) for a in member.answers.all()),
            *(("note", n, n.title) for n in member.notes.all()),
        ],
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "communities/me.html", context, status=status)


@require_POST
@members_only
def take_back_page(
    request: HttpRequest, community: Community, member: Member, kind: str, pk: int
) -> HttpResponse:
    """Erase what one has written oneself."""
    if kind not in KINDS:
        raise Http404
    thing = get_object_or_404(KINDS[kind], pk=pk, member=member)
    take_back(member=member, thing=thing)
    messages.success(request, _("It is erased."))
    return redirect("communities:me", community.slug)


def _form(
    request: HttpRequest, community: Community, form: Any, current: str, title: str, **more: Any
) -> HttpResponse:
    context = frame(request, community, current) | {"form": form, "form_title": title} | more
    status = 400 if request.method == "POST" else 200
    return render(request, "communities/form.html", context, status=status)


def _thank(request: HttpRequest, member: Member) -> None:
    if member.moderator:
        messages.success(request, _("It is shown."))
    else:
        messages.success(request, _("Thank you. A moderator looks at it, usually within a day."))


def _too_much() -> str:
    return _("You have written a lot today. Please go on tomorrow.")
