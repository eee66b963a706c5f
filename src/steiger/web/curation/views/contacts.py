"""Contact persons: proposed by who speaks for an entry, decided by the person herself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.accounts.domain.audit import Actor as Doer
from steiger.web.accounts.interfaces.access import may, signed_in
from steiger.web.curation.domain import contacts as acts
from steiger.web.curation.domain.freshness import speaks_for
from steiger.web.curation.domain.tokens import CONTACT, TokenError, row_of
from steiger.web.curation.interfaces.contact_words import consent_words
from steiger.web.curation.interfaces.fresh_forms import ContactForm, OwnContactForm
from steiger.web.curation.interfaces.guarding import secretive
from steiger.web.curation.models import ContactPerson
from steiger.web.directory.models import Actor


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """The contact persons of one entry, for who speaks for it and for the editors."""
    person = signed_in(request)
    actor = get_object_or_404(Actor, slug=slug, state=Actor.State.PUBLISHED)
    speaks = speaks_for(person, actor)
    if not (speaks or may(person, "moderator")):
        raise Http404
    form = ContactForm(request.POST if request.POST.get("act") == "add" else None)
    if request.method == "POST":
        if request.POST.get("act") == "remove":
            _remove(request, actor)
            return redirect("curation:contacts", slug)
        if form.is_valid() and _add(request, actor, form):
            return redirect("curation:contacts", slug)
    rows = ContactPerson.objects.filter(actor=actor)
    context = {"actor": actor, "form": form, "rows": rows, "most": acts.MOST, "speaks": speaks}
    status = 400 if form.errors else 200
    return render(request, "curation/fresh/contacts.html", context, status=status)


def _add(request: HttpRequest, actor: Actor, form: ContactForm) -> bool:
    language = (get_language() or "de")[:2]
    by = Doer.of(request.user)
    try:
        acts.propose(actor=actor, language=language, by=by, **form.cleaned_data)
    except acts.ContactError as error:
        words = {
            "there": _("This address is already one of the contact persons."),
            "many": _("There are %(n)d already. Take one away first.") % {"n": acts.MOST},
        }
        form.add_error("email" if error.code == "there" else None, words[error.code])
        return False
    messages.success(request, _("A mail is on its way. Without a yes nothing is shown."))
    return True


def _remove(request: HttpRequest, actor: Actor) -> None:
    try:
        number = UUID(request.POST.get("contact", ""))
    except ValueError:
        return
    if ContactPerson.objects.filter(actor=actor, pk=number).exists():
        acts.erase(contact_id=number, by=Doer.of(request.user))
        messages.success(request, _("Erased."))


@require_http_methods(["GET", "HEAD", "POST"])
@secretive
def contact(request: HttpRequest, token: str) -> HttpResponse:
    """The person's own page: agree, be hidden, correct, be erased. Without an account."""
    row = _named(token)
    if row is None:
        return render(request, "curation/fresh/gone.html", {"code": "contact"}, status=404)
    names = ("name", "function", "phone", "show_email", "show_phone")
    initial = {name: getattr(row, name) for name in names}
    form = OwnContactForm(request.POST or None, initial=initial)
    wording = consent_words(row.actor.name)
    saved = False
    if request.method == "POST":
        if request.POST.get("act") == "erase":
            acts.erase(contact_id=row.pk, by=VISITOR)
            return render(request, "curation/fresh/contact_erased.html", {"actor": row.actor})
        if form.is_valid():
            row = _decide(row, form, shown=request.POST.get("act") == "show", wording=wording)
            saved = True
    context = {"row": row, "form": form, "wording": wording, "saved": saved, "token": token}
    status = 400 if form.errors else 200
    return render(request, "curation/fresh/contact.html", context, status=status)


def _decide(
    row: ContactPerson, form: OwnContactForm, *, shown: bool, wording: str
) -> ContactPerson:
    good = form.cleaned_data
    acts.correct(
        contact_id=row.pk, name=good["name"], function=good["function"], phone=good["phone"]
    )
    decided = acts.decide(
        contact_id=row.pk,
        shown=shown,
        show_email=good["show_email"],
        show_phone=good["show_phone"],
        wording=wording,
    )
    return decided or row


def _named(token: str) -> ContactPerson | None:
    try:
        number = row_of(token, CONTACT)
    except TokenError:
        return None
    return ContactPerson.objects.select_related("actor").filter(pk=number).first()
