"""Forms of this room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.regions import load_region
from steiger.web.directory.domain.community_names import community_choices
from steiger.web.directory.domain.naming import actor_called
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Term
from steiger.web.publications.domain.checking import FileRefusedError, read_pdf
from steiger.web.publications.domain.dois import normal_doi
from steiger.web.publications.domain.licences import LICENCES
from steiger.web.publications.domain.publishing import FIELDS, AuthorGiven
from steiger.web.publications.interfaces.accessibility import REFUSED
from steiger.web.publications.models import Document, Publication, Version

MOST_AUTHORS = 30
LARGEST = 25_000_000


class Described(forms.Form):
    """A form whose fields tell screen readers their hints and errors."""

    def described(self) -> None:
        """Tie hints and errors to their fields; called at the end of ``__init__``."""
        for name, field in self.fields.items():
            parts = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                parts.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if parts:
                field.widget.attrs["aria-describedby"] = " ".join(parts)


class Trap(Described):
    """With a field that people never see; whoever fills it in is a machine."""

    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


class OrderForm(Trap):
    """Where a publication goes, and for which firm."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the publication goes."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )
    firm = forms.CharField(
        label=gettext_lazy("Firm (may stay empty)"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    size = forms.ChoiceField(label=gettext_lazy("Size of the firm"), required=False)
    postcode = forms.CharField(
        label=gettext_lazy("Postcode (may stay empty)"),
        required=False,
        max_length=5,
        validators=[
            RegexValidator(
                r"^\d{5}$", gettext_lazy("The postcode has five digits, for example 42103.")
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = self.fields["size"]
        assert isinstance(size, forms.ChoiceField)  # noqa: S101 - declared above
        words = vocabulary().facet("size")
        size.choices = [("", _("not stated")), *((key, word.label) for key, word in words.items())]
        self.described()

    def municipality(self) -> str:
        """Key of the municipality, if the postcode lies in one only."""
        keys = load_region(settings.REGION).postcodes.get(self.cleaned_data["postcode"], ())
        return keys[0] if len(keys) == 1 else ""


def topic_terms() -> QuerySet[Term]:
    """Words that may be topics."""
    return Term.objects.filter(vocabulary__in=("method", "technology"), active=True)


def term_label(term: Any) -> str:
    """A term in the reader's language, for choices."""
    return str(term.label)


class PublicationForm(Described):
    """What is said about a publication."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Publication.Kind.choices)
    title_de = forms.CharField(label=gettext_lazy("Title, German"), max_length=250)
    title_en = forms.CharField(label=gettext_lazy("Title, English"), max_length=250, required=False)
    abstract_de = forms.CharField(
        label=gettext_lazy("What it is about, German"),
        help_text=gettext_lazy("Three to six sentences: for whom, what one can do afterwards."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
    abstract_en = forms.CharField(
        label=gettext_lazy("What it is about, English"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=4000,
    )
    authors = forms.CharField(
        label=gettext_lazy("Organisations that wrote it, one a line"),
        help_text=gettext_lazy(
            "No names of persons. Whoever is called here as on the map is linked with it."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=6000,
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Term.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    licence = forms.ChoiceField(label=gettext_lazy("Licence"))
    community = forms.ChoiceField(
        label=gettext_lazy("Community"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a community from the list.")},
    )
    url = forms.URLField(
        label=gettext_lazy("Where the recording is shown"),
        help_text=gettext_lazy("Only for recordings. We link to it and load nothing from there."),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    text_de = forms.CharField(
        label=gettext_lazy("Text to read in the browser, German"),
        help_text=gettext_lazy(
            "For recordings the spoken words. For a PDF that not everyone can read, its text."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=400_000,
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text to read in the browser, English"),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=400_000,
    )

    def __init__(self, *args: Any, publication: Publication | None = None, **kwargs: Any) -> None:
        if publication is not None:
            kwargs["initial"] = {name: getattr(publication, name) for name in FIELDS} | {
                "authors": "\n".join(a.organisation for a in publication.authors.all()),
                "topics": list(publication.topics.all()),
            }
        super().__init__(*args, **kwargs)
        licence, topics = self.fields["licence"], self.fields["topics"]
        community = self.fields["community"]
        assert isinstance(community, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(licence, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(topics, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        licence.choices = [(key, str(one.name)) for key, one in LICENCES.items()]
        topics.queryset = topic_terms()
        now = publication.community if publication is not None else ""
        community.choices = community_choices(now, _("none"))
        topics.label_from_instance = term_label  # type: ignore[method-assign, assignment]
        self.described()

    def clean_authors(self) -> list[AuthorGiven]:
        """Organisations, each once, linked with the map where the name is known there."""
        lines = [" ".join(line.split())[:255] for line in self.cleaned_data["authors"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_AUTHORS:
            raise forms.ValidationError(_("At most 30 organisations."))
        return [AuthorGiven(name, actor_called(name)) for name in names]

    def clean_url(self) -> str:
        """Browsers follow only these."""
        url: str = self.cleaned_data["url"]
        if url and not url.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("The address begins with https://."))
        return url


class VersionForm(Described):
    """When a version came out, and what is new in it."""

    released_on = forms.DateField(
        label=gettext_lazy("Date of the version"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("A date looks like this: 31.12.2026.")},
    )
    doi = forms.CharField(
        label=gettext_lazy("DOI (may stay empty)"),
        help_text=gettext_lazy("Looks like this: 10.1234/abc"),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()

    def clean_doi(self) -> str:
        """In normal form."""
        text: str = self.cleaned_data["doi"]
        try:
            return normal_doi(text) if text.strip() else ""
        except ValueError as error:
            raise forms.ValidationError(
                _("A DOI begins with 10., then a number and a slash: 10.1234/abc.")
            ) from error

    def clean_released_on(self) -> date:
        """Nobody has seen a version of the far future or before printing."""
        day: date = self.cleaned_data["released_on"]
        if not 1900 <= day.year <= 2100:
            raise forms.ValidationError(_("Give a year between 1900 and 2100."))
        return day


class NextVersionForm(VersionForm):
    """A version after the first says what is new."""

    note_de = forms.CharField(
        label=gettext_lazy("What is new, German"), max_length=500, required=False
    )
    note_en = forms.CharField(
        label=gettext_lazy("What is new, English"), max_length=500, required=False
    )


class FileForm(Described):
    """One PDF in one language."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the file"), choices=Document.Language.choices
    )
    file = forms.FileField(
        label=pgettext_lazy("upload", "PDF file, at most 25 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": gettext_lazy("Choose a PDF file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data_read: bytes = b""
        self.described()

    def clean_file(self) -> Any:
        """Read the file, in a process of its own."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(REFUSED["large"])  # type: ignore[arg-type]
        self.data_read = upload.read()
        try:
            return read_pdf(self.data_read)
        except FileRefusedError as error:
            raise forms.ValidationError(REFUSED[error.reason]) from error  # type: ignore[arg-type]


class WithdrawForm(Described):
    """Why something is taken back; readers see it."""

    reason = forms.CharField(
        label=gettext_lazy("Why? Readers see this."),
        max_length=250,
        error_messages={"required": gettext_lazy("Say in a sentence why it is withdrawn.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()


class StateForm(forms.Form):
    """Which publications staff see."""

    q = forms.CharField(label=gettext_lazy("Words in the title"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *Publication.State.choices],
    )

    def narrow(self) -> QuerySet[Publication]:
        """The publications that fit; a wrong choice narrows nothing."""
        self.is_valid()
        found = Publication.objects.order_by("-changed_at")
        if self.cleaned_data.get("q"):
            found = found.filter(title_de__icontains=self.cleaned_data["q"])
        if self.cleaned_data.get("state"):
            found = found.filter(state=self.cleaned_data["state"])
        return found


def version_start(version: Version | None) -> dict[str, Any]:
    """Where the form of a version begins."""
    if version is None:
        return {}
    return {"released_on": version.released_on, "doi": version.doi}
