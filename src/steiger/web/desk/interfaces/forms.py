"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.cases.interfaces.forms import Described
from steiger.web.cases.models import Case
from steiger.web.communities.domain.texts import localized
from steiger.web.communities.models import Community
from steiger.web.desk.domain.audience import Filters
from steiger.web.desk.domain.extracts import SHORTEST
from steiger.web.desk.interfaces.kinds import Kind
from steiger.web.desk.models import Circular, Extract
from steiger.web.directory.domain.areas import district_names
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.models import Event

ANY = pgettext_lazy("filter", "all")
#: Events that one can choose among, the latest first.
MOST_EVENTS = 200
LONGEST_TEXT = 10_000


def event_choices() -> list[tuple[str, str]]:
    """Events that are public or over, the latest first."""
    found = Event.objects.exclude(state=Event.State.DRAFT).order_by("-starts_at")[:MOST_EVENTS]
    return [(str(event.pk), f"{event.starts_at:%d.%m.%Y}  {event.title}") for event in found]


def _choices(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared in these forms
    field.choices = choices


class _Several(forms.MultipleChoiceField):
    """Several ticks; none means all."""

    widget = forms.CheckboxSelectMultiple


class CircularForm(Described):
    """Words, and whom they are for."""

    subject_de = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=150,
        error_messages={"required": gettext_lazy("Say in one line what the mail is about.")},
    )
    text_de = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy(
            "Plain text. Why one gets it, and the link that ends it, come below by themselves."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": gettext_lazy("Write what people shall read.")},
    )
    subject_en = forms.CharField(
        label=gettext_lazy("Subject (English)"), max_length=150, required=False
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text (English)"),
        help_text=gettext_lazy("If it is empty, everybody gets the German text."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    topics = _Several(label=gettext_lazy("Topics"), required=False)
    districts = _Several(label=gettext_lazy("Districts"), required=False)
    sectors = _Several(label=gettext_lazy("Sectors"), required=False)
    communities = _Several(label=gettext_lazy("Communities"), required=False)
    event = forms.ChoiceField(label=gettext_lazy("Came to this event"), required=False)

    def __init__(self, *args: Any, circular: Circular | None = None, **kwargs: Any) -> None:
        if circular is not None:
            written = {name: getattr(circular, name) for name in self.WORDS}
            kwargs.setdefault("initial", written | circular.filters)
        super().__init__(*args, **kwargs)

    WORDS = ("subject_de", "text_de", "subject_en", "text_en")
    WHOM = ("topics", "districts", "sectors", "communities")

    def prepare(self) -> None:
        """Topics, districts, sectors, communities and events of this installation."""
        known = vocabulary()
        topics = [(w.key, w.label) for w in known.facet("topic").values()]
        _choices(self.fields["topics"], sorted(topics, key=lambda pair: pair[1]))
        districts = sorted(district_names().items(), key=lambda pair: pair[1])
        _choices(self.fields["districts"], list(districts))
        sectors = [(w.key, w.label) for w in known.facet("sector").values() if not w.parent]
        _choices(self.fields["sectors"], sectors)
        rooms = Community.objects.order_by("name_de")
        _choices(self.fields["communities"], [(c.slug, localized(c, "name")) for c in rooms])
        _choices(self.fields["event"], [("", ANY), *event_choices()])

    def clean(self) -> dict[str, Any]:
        """A subject without a text, or the other way round, is forgotten half of a translation."""
        given = super().clean() or {}
        for name, other in (("subject_en", "text_en"), ("text_en", "subject_en")):
            if given.get(other) and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Subject and text belong together: fill in both or none."))
        return given

    def values(self) -> dict[str, str]:
        """The words."""
        return {name: str(self.cleaned_data.get(name, "")) for name in self.WORDS}

    def filters(self) -> Filters:
        """Whom it is for."""
        good = self.cleaned_data
        event = good.get("event")
        parts = {name: tuple(good.get(name) or ()) for name in self.WHOM}
        return Filters(**parts, event=int(event) if event else None)

    @property
    def german(self) -> list[forms.BoundField]:
        """The words that are needed."""
        return [self["subject_de"], self["text_de"]]

    @property
    def english(self) -> list[forms.BoundField]:
        """The words that may be missing."""
        return [self["subject_en"], self["text_en"]]

    @property
    def groups(self) -> list[tuple[forms.BoundField, int]]:
        """The groups of ticks, each with how many are chosen."""
        return [
            (self[name], len(self[name].value() or ()))
            for name in self.WHOM
            if self.fields[name].choices  # type: ignore[attr-defined]
        ]

    @property
    def has_english(self) -> bool:
        """Whether the English part is to be seen at once."""
        return any(field.value() or field.errors for field in self.english)


class ExtractForm(Described):
    """What exactly is taken along, as what, and why."""

    event = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("A day looks like this: 24.11.2026.")},
    )
    last = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("A day looks like this: 24.11.2026.")},
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one column.")},
    )
    form = forms.ChoiceField(
        label=gettext_lazy("File"), choices=Extract.Form.choices, widget=forms.RadioSelect
    )
    purpose = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        help_text=gettext_lazy("One sentence. It stands in the log, with your name."),
        max_length=500,
        min_length=SHORTEST,
        error_messages={
            "required": gettext_lazy("Say what you need the table for."),
            "min_length": gettext_lazy("Say it in a few words, for example “Badges for 3 March”."),
        },
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        self.kind = kind
        plain = [column.key for column in kind.columns if not column.personal]
        kwargs.setdefault("initial", {"columns": plain, "form": "xlsx"})
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Only the fields that narrow this kind."""
        for name in ("event", "state", "district", "first", "last"):
            if name not in self.kind.narrow:
                del self.fields[name]
        columns = [(c.key, c.label) for c in self.kind.columns]
        _choices(self.fields["columns"], columns)
        if "event" in self.fields:
            _choices(self.fields["event"], [("", ANY), *event_choices()])
        if "state" in self.fields:
            states = [s for s in Case.State.choices if s[0] != Case.State.MERGED]
            _choices(self.fields["state"], [("", ANY), *states])
        if "district" in self.fields:
            districts = sorted(district_names().items(), key=lambda pair: pair[1])
            _choices(self.fields["district"], [("", ANY), *districts])

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first one."))
        return given

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """The fields that choose rows."""
        return [self[name] for name in self.kind.narrow]

    def choice(self) -> dict[str, Any]:
        """What was chosen among the rows; only what narrows."""
        return {name: v for name in self.kind.narrow if (v := self.cleaned_data.get(name))}
