"""Forms of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.engines.audit.catalogue import Catalogue, Indicator
from steiger.engines.audit.catalogue.conditions import UNKNOWN, Situation
from steiger.engines.audit.catalogue.types import Question
from steiger.web.audits.domain.applying import Said
from steiger.web.audits.domain.prepared_folder import LARGEST as LARGEST_FOLDER
from steiger.web.audits.domain.uploads import LARGEST
from steiger.web.audits.interfaces.words import NOT_APPLICABLE, said
from steiger.web.audits.models import Audit, Certificate, EvidenceFile, Rating
from steiger.web.directory.models import Actor

#: Value for "does not apply"; an empty one means that nothing was chosen.
NOT = "n"
AREA = {"rows": 4, "maxlength": 5000}


class Described(forms.Form):
    """A form whose fields tell screen readers their hints and errors."""

    def described(self) -> None:
        """Tie hints and errors to their fields; called before the form is shown."""
        for name, field in self.fields.items():
            parts = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                parts.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if parts:
                field.widget.attrs["aria-describedby"] = " ".join(parts)


class DescribeForm(Described):
    """The system and its use."""

    kind = forms.ChoiceField(label=_("What do you want?"), choices=Audit.Kind.choices)
    organisation = forms.CharField(label=_("Your organisation"), max_length=200)
    actor = forms.CharField(
        label=_("Its entry on the map (may stay empty)"),
        help_text=_("The name as the map shows it; the certificate then stands on that page, too."),
        max_length=250,
        required=False,
    )
    title = forms.CharField(label=_("Name of the system"), max_length=200)
    version = forms.CharField(label=_("Version of the system"), max_length=60, required=False)
    task = forms.ChoiceField(label=_("What does it do?"), choices=Audit.Task.choices)
    modality = forms.ChoiceField(label=_("What does it look at?"), choices=Audit.Modality.choices)
    description = forms.CharField(
        label=_("Description of the use"),
        help_text=_(
            "Who uses it, for what, about whom or what does it decide, what happens if it errs?"
        ),
        widget=forms.Textarea(attrs=AREA),
        max_length=5000,
    )

    def clean_actor(self) -> Actor | None:
        """The entry that is meant."""
        return found_on_map(self.cleaned_data["actor"])


def found_on_map(text: str) -> Actor | None:
    """The published entry with this name, short name or address; None for an empty text.

    Raises:
        ValidationError: none or several; names that are similar are proposed.
    """
    wanted = text.strip()
    if not wanted:
        return None
    published = Actor.objects.filter(state=Actor.State.PUBLISHED)
    slug = wanted.rstrip("/").rpartition("/")[2].lower()
    named = Q(name__iexact=wanted) | Q(short_name__iexact=wanted) | Q(slug=slug)
    found = list(published.filter(named)[:2])
    if len(found) == 1:
        return found[0]
    words = [word for word in wanted.split() if len(word) > 3] or [wanted]
    some = published.filter(name__icontains=max(words, key=len)).order_by("name")[:4]
    names = "; ".join(actor.name for actor in some)
    if names:
        told = _("The map has no entry of exactly this name. Do you mean: %(names)s?")
        raise forms.ValidationError(told, params={"names": names})
    raise forms.ValidationError(_("The map has no such entry. Leave the field empty, then."))


class QuestionForm(Described):
    """The questions of a catalogue that arise after the answers so far."""

    def __init__(
        self, questions: Sequence[Question], answers: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        situation = Situation(answers, questions)
        for question in questions:
            if situation.all(question.asked_if) is not True:
                continue
            choices = [(a.id, said(a.text)) for a in question.answers]
            if question.multiple:
                field: forms.Field = forms.MultipleChoiceField(
                    choices=choices, required=False, widget=forms.CheckboxSelectMultiple
                )
            else:
                first = ("", pgettext_lazy("question", "please choose"))
                last = (UNKNOWN, pgettext_lazy("question", "not known yet"))
                field = forms.ChoiceField(choices=[first, *choices, last], required=False)
            field.label, field.initial = said(question.text), answers.get(question.id, "")
            self.fields[question.id] = field

    def given(self) -> dict[str, Any]:
        """Answers that were given; those to questions that do not arise any more are left out."""
        return {key: value for key, value in self.cleaned_data.items() if value}


class NeedForm(QuestionForm):
    """The questions on the protection need."""

    def __init__(
        self, catalogue: Catalogue, answers: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(catalogue.questions, answers, *args, **kwargs)
        self.catalogue = catalogue

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Title of the dimension, its questions; general ones first."""
        titles = {item.id: said(item.title) for item in self.catalogue.dimensions}
        found: dict[str, list[forms.BoundField]] = {}
        for field in self:
            found.setdefault(field.name.partition("-")[0], []).append(field)
        return [(titles.get(key, str(_("The use"))), fields) for key, fields in found.items()]


class RatingForm(Described):
    """Levels and reasons for some indicators. Whatever has a level needs a reason."""

    def __init__(
        self,
        indicators: Sequence[Indicator],
        ratings: Mapping[str, Rating],
        *args: Any,
        examiner: bool,
        files: Sequence[EvidenceFile] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicators, self.evidence = indicators, files
        choices: list[tuple[str, Any]] = [("", pgettext_lazy("rating", "not rated"))]
        choices += [(level, level) for level in "ABCD"]
        if examiner:
            choices.append((NOT, NOT_APPLICABLE))
        for item in indicators:
            done = ratings.get(item.id)
            level = forms.ChoiceField(label=_("Level"), choices=choices, required=False)
            level.initial = (done.level or NOT) if done else ""
            reason = forms.CharField(
                label=_("Reason, with the evidence that shows it"),
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
            )
            reason.initial = done.reason if done else ""
            self.fields[f"level-{item.id}"], self.fields[f"reason-{item.id}"] = level, reason
            if files:
                self.fields[f"files-{item.id}"] = forms.TypedMultipleChoiceField(
                    label=_("Evidence: which files show it?"),
                    choices=[(file.number, f"{file.number}. {file.name}") for file in files],
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    initial=[file.number for file in files if item.id in file.indicators],
                )

    def clean(self) -> dict[str, Any]:
        """A level without a reason is an opinion."""
        values = super().clean() or self.cleaned_data
        for item in self.indicators:
            if values.get(f"level-{item.id}") and not values.get(f"reason-{item.id}"):
                self.add_error(f"reason-{item.id}", _("Give a reason for this level."))
        return values

    def shown(self) -> dict[str, list[int]]:
        """Indicator → files that were chosen for it."""
        if not self.evidence:
            return {}
        return {item.id: self.cleaned_data[f"files-{item.id}"] for item in self.indicators}

    def ratings(self) -> dict[str, Said]:
        """What was said."""
        found = {}
        for item in self.indicators:
            level = self.cleaned_data[f"level-{item.id}"]
            if level:
                plain = "" if level == NOT else level
                found[item.id] = Said(plain, self.cleaned_data[f"reason-{item.id}"])
        return found


class FileForm(Described):
    """One file."""

    file = forms.FileField(
        label=_("File, at most 20 MB"),
        help_text=_("PDF, PNG, JPEG, CSV, TXT, MD, JSON or ZIP"),
        max_length=150,
        error_messages={"required": _("Choose a file first.")},
    )

    def read(self) -> tuple[str, bytes]:
        """Name and content; of what is too large only so much that it is noticed."""
        upload = self.cleaned_data["file"]
        return upload.name, upload.read(LARGEST + 1)


class EvidenceForm(FileForm):
    """One file and what it shows."""

    note = forms.CharField(
        label=_("What does it show?"),
        max_length=250,
        required=False,
        help_text=_("An indicator that you name here, e.g. VE1.2, gets this file as evidence."),
    )


class FolderForm(Described):
    """A prepared audit folder."""

    folder = forms.FileField(
        label=_("Folder as a ZIP archive, at most 200 MB"),
        help_text=_(
            "audit.toml, data (CSV, Parquet), model (ONNX, skops, LightGBM’s text, safetensors), "
            "documents"
        ),
        max_length=150,
    )

    def read(self) -> bytes:
        """Its content; of what is too large only so much that it is noticed."""
        content: bytes = self.cleaned_data["folder"].read(LARGEST_FOLDER + 1)
        return content


class EndpointForm(Described):
    """Where a text system is asked."""

    address = forms.URLField(
        label=_("Address of the endpoint"),
        help_text=_("It speaks the common chat interface, e.g. https://example.org/v1"),
        assume_scheme="https",
        max_length=300,
    )
    model = forms.CharField(label=_("Name of the model there"), max_length=100)
    key = forms.CharField(
        label=_("Name of the variable that holds its key (may stay empty)"),
        help_text=_("Begins with STEIGER_AUDIT_KEY; whoever runs this installation sets it."),
        max_length=60,
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("The applicant agrees that this endpoint is asked up to 2,000 questions."),
        help_text=_("Whoever runs it may have to pay for them. All answers are kept as evidence."),
    )


class WordsForm(Described):
    """A field for words."""

    words = forms.CharField(max_length=5000, widget=forms.Textarea(attrs=AREA))

    def __init__(
        self, label: str, *args: Any, required: bool = True, hint: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label, field.required, field.help_text = label, required, hint


class ProfileForm(Described):
    """For whom an examiner works."""

    organisation = forms.CharField(label=_("The organisation for which you work"), max_length=200)


class DecisionForm(Described):
    """Granted or not, and why."""

    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("", pgettext_lazy("decision", "please choose")),
            ("yes", _("The certificate is granted")),
            ("no", _("The certificate is not granted")),
        ],
    )
    reason = forms.CharField(
        label=pgettext_lazy("decision", "Reason"),
        max_length=5000,
        widget=forms.Textarea(attrs=AREA),
    )


class WatchForm(Described):
    """What happens to a certificate."""

    act = forms.ChoiceField(
        label=_("What is to happen?"),
        choices=[
            ("", pgettext_lazy("decision", "please choose")),
            ("survey", _("Surveillance is done, nothing has changed")),
            (Certificate.State.SUSPENDED, _("Suspend")),
            (Certificate.State.VALID, _("Lift the suspension")),
            (Certificate.State.WITHDRAWN, _("Withdraw for good")),
        ],
    )
    words = forms.CharField(
        label=_("Why? Readers of the register see the reason of a suspension or withdrawal."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )


class RegisterForm(forms.Form):
    """Which certificates."""

    q = forms.CharField(required=False, max_length=100, label=_("System, organisation, examiner"))
    state = forms.ChoiceField(
        required=False,
        label=pgettext_lazy("certificate", "Status"),
        choices=[("", pgettext_lazy("certificate", "All")), *Certificate.State.choices],
    )
