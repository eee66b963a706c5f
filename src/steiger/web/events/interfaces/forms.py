"""Forms for visitors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.directory.domain.areas import resolve_place
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.models import Event, Question, TicketKind

EMAIL_ERRORS = {
    "required": gettext_lazy("Give the address to which the confirmation goes."),
    "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
}
_SELECTED = mark_safe(" selected")


def describe(form: forms.BaseForm) -> None:
    """Tie hints and errors to their fields for screen readers."""
    for name, field in form.fields.items():
        described = [f"id_{name}_helptext"] if field.help_text else []
        if form.is_bound and name in form.errors:
            described.append(f"id_{name}_error")
            field.widget.attrs["aria-invalid"] = "true"
        if described:
            field.widget.attrs["aria-describedby"] = " ".join(described)


class LongSelect(forms.Select):
    """A list of hundreds, written at once: one template for each option costs half the page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Any = None,
        renderer: Any = None,  # noqa: ARG002 - Django passes it
    ) -> SafeString:
        """The select element with its options."""
        chosen = str(value or "")
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, _SELECTED if key == chosen else "", label) for key, label in self.choices),
        )
        given = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>\n{}\n</select>", given, options)


class TicketChoice(forms.ModelChoiceField):
    """Kinds of tickets with what is free of each."""

    def label_from_instance(self, obj: Any) -> str:
        """The name and what is free."""
        if obj.free:
            return f"{obj.name} ({_('%(n)s free') % {'n': obj.free}})"
        return f"{obj.name} ({_('waiting list')})"


class RegisterForm(forms.Form):
    """Who comes, how many, and what the event asks."""

    ticket = TicketChoice(
        label=gettext_lazy("How do you take part?"),
        queryset=TicketKind.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how you take part."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    seats = forms.TypedChoiceField(
        label=gettext_lazy("How many people?"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these numbers.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Give the name for the door list.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=EMAIL_ERRORS,
    )
    firm_name = forms.CharField(
        label=gettext_lazy("Firm"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    firm_size = forms.ChoiceField(label=gettext_lazy("Size"), required=False, widget=LongSelect)
    firm_sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False, widget=LongSelect)
    firm_place = forms.CharField(
        label=gettext_lazy("Town or postcode"), max_length=80, required=False
    )
    # People never see this field; whoever fills it in is a machine.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        tickets = list(event.tickets.all())
        self.questions: list[Question] = list(event.questions.all())
        ticket, seats = self.fields["ticket"], self.fields["seats"]
        assert isinstance(ticket, TicketChoice)  # noqa: S101 - declared above
        assert isinstance(seats, forms.ChoiceField)  # noqa: S101 - declared above
        ticket.queryset = event.tickets.all()
        if len(tickets) == 1:
            ticket.initial = tickets[0]
            ticket.widget = forms.HiddenInput()
        most = max((kind.most_per_group for kind in tickets), default=1)
        seats.choices = [(str(n), str(n)) for n in range(1, most + 1)]
        if most == 1:
            seats.initial = "1"
            seats.widget = forms.HiddenInput()
        for question in self.questions:
            self.fields[f"q{question.pk}"] = _question_field(question)
        for name, words in (("firm_size", "size"), ("firm_sector", "sector")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            known = vocabulary().facet(words).values()
            field.choices = [("", _("no answer")), *((w.key, w.label) for w in known if w.active)]
        describe(self)

    def clean(self) -> dict[str, Any]:
        """Each kind of ticket has its own largest group; a town is one that we know."""
        values = super().clean() or {}
        ticket, seats = values.get("ticket"), values.get("seats")
        if ticket and seats and seats > ticket.most_per_group:
            most = ticket.most_per_group
            self.add_error("seats", _("At most %(n)s people together here.") % {"n": most})
        values["firm_municipality"] = ""
        if values.get("firm_place"):
            answer = resolve_place(values["firm_place"].strip())
            if answer.place is None:
                message = _("We do not know this place. Give another spelling, or leave it empty.")
                self.add_error("firm_place", message)
            else:
                values["firm_municipality"] = answer.place.ags
        describe(self)
        return values

    def answers(self) -> dict[Question, str]:
        """What was answered, by question."""
        found = {}
        for question in self.questions:
            value = self.cleaned_data.get(f"q{question.pk}") or ""
            found[question] = ("yes" if value is True else str(value)).strip()
        return found

    @property
    def question_fields(self) -> list[tuple[Question, Any]]:
        """Questions with their bound fields."""
        return [(question, self[f"q{question.pk}"]) for question in self.questions]

    @property
    def is_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


def _question_field(question: Question) -> forms.Field:
    days = _("Kept until %(n)s days after the event.") % {"n": question.keep_days}
    options: dict[str, Any] = {
        "label": question.label,
        "required": question.required,
        "help_text": f"{question.purpose} {days}",
        "error_messages": {"required": _("Please answer this question.")},
    }
    if question.kind == Question.Kind.YES_NO:
        return forms.BooleanField(**options)
    if question.kind == Question.Kind.CHOICE:
        choices = [("", _("Please choose")), *((c, c) for c in question.choices)]
        return forms.ChoiceField(choices=choices, **options)
    return forms.CharField(max_length=500, **options)


class SeatsForm(forms.Form):
    """With how many people somebody comes."""

    seats = forms.TypedChoiceField(
        label=gettext_lazy("How many people?"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose one of these numbers."),
            "invalid_choice": gettext_lazy("Choose one of these numbers."),
        },
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["seats"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(str(n), str(n)) for n in range(1, most + 1)]


class OpinionForm(forms.Form):
    """How it was."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("How was it?"),
        coerce=int,
        choices=[
            ("5", gettext_lazy("very good")),
            ("4", gettext_lazy("good")),
            ("3", gettext_lazy("fair")),
            ("2", gettext_lazy("rather poor")),
            ("1", gettext_lazy("poor")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the five answers.")},
    )
    useful = forms.BooleanField(
        label=gettext_lazy("I will try something of it in my firm"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("What should stay, what should change?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Please name no people. Kept for one year."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self)
