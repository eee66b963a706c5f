"""Forms of this room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.communities.domain.running import FIELDS, RESERVED
from steiger.web.communities.models import Community, Member, Note
from steiger.web.directory.domain.naming import actor_called, actors_like
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor, Term
from steiger.web.publications.interfaces.forms import Described, Trap, term_label, topic_terms

REQUIRED_MAIL = {
    "required": gettext_lazy("Give the address to which the link goes."),
    "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
}


class AboutMe(Described):
    """What a member shows of itself."""

    name = forms.CharField(
        label=gettext_lazy("Your name, as the others see it"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Say what the others call you.")},
    )
    organisation = forms.CharField(
        label=gettext_lazy("For whom do you speak? (may stay empty)"),
        help_text=gettext_lazy("If it is called here as on the map, it is linked with it."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    digest = forms.BooleanField(
        label=gettext_lazy("Once a week a mail with what is new, if anything is"), required=False
    )

    def actor(self) -> Actor | None:
        """The actor of the map with this name."""
        return actor_called(self.cleaned_data["organisation"])

    def proposals(self) -> list[Actor]:
        """Actors with a similar name, if none has exactly this one."""
        name = self.cleaned_data.get("organisation", "")
        return actors_like(name) if name and actor_called(name) is None else []


class JoinForm(Trap, AboutMe):
    """Becoming a member."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Nobody else sees it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=REQUIRED_MAIL,
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that my name, and what I write, are shown here."),
        error_messages={
            "required": gettext_lazy("Without your consent you can read, but not take part.")
        },
    )
    field_order = ("name", "organisation", "email", "digest", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()


class LinkForm(Described):
    """Entering again."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=REQUIRED_MAIL,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "id_link_%s"
        super().__init__(*args, **kwargs)
        if self.is_bound and self.errors:
            field = self.fields["email"]
            field.widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": "id_link_email_error",
            }


class MeForm(AboutMe):
    """Changing what one shows of oneself."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": member.name,
            "organisation": member.actor.name if member.actor else member.organisation,
            "digest": member.digest,
        }
        super().__init__(*args, **kwargs)
        self.described()


class QuestionForm(Described):
    """A question to all."""

    title = forms.CharField(
        label=gettext_lazy("Your question in one sentence"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write what you would like to know.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What one should know beside it (may stay empty)"),
        help_text=gettext_lazy("No names of customers and no secrets: everybody can read this."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=6000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()


class AnswerForm(Described):
    """An answer."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("No names of customers and no secrets: everybody can read this."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=6000,
        error_messages={"required": gettext_lazy("Write an answer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()


class NoteForm(Described):
    """What one offers or seeks."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("note", "What is it?"),
        choices=[
            (Note.Kind.SEEKS, pgettext_lazy("note", "I seek")),
            (Note.Kind.OFFERS, pgettext_lazy("note", "I offer")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you seek or offer.")},
    )
    title = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write in a sentence what it is about.")},
    )
    text = forms.CharField(
        label=gettext_lazy("More about it, and how one reaches you"),
        help_text=gettext_lazy("Everybody can read this. A phone number only if you want calls."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=4000,
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Term.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who could help? (only if you seek)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(
        label=gettext_lazy("Shown until (may stay empty: 90 days)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("A date looks like this: 31.12.2026.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics, roles = self.fields["topics"], self.fields["roles"]
        assert isinstance(topics, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        assert isinstance(roles, forms.MultipleChoiceField)  # noqa: S101 - declared above
        topics.queryset = topic_terms()
        topics.label_from_instance = term_label  # type: ignore[method-assign, assignment]
        roles.choices = [(k, w.label) for k, w in vocabulary().facet("role").items() if w.active]
        self.described()

    def clean_until(self) -> date | None:
        """A note that is over already helps nobody."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day


class CommunityForm(Described):
    """What is said about a community."""

    slug = forms.SlugField(
        label=gettext_lazy("Address (small letters, never changes)"), max_length=64
    )
    name_de = forms.CharField(label=gettext_lazy("Name, German"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name, English"), max_length=120, required=False)
    what_de = forms.CharField(
        label=gettext_lazy("What happens here, in one sentence, German"), max_length=300
    )
    what_en = forms.CharField(
        label=gettext_lazy("What happens here, in one sentence, English"),
        max_length=300,
        required=False,
    )
    whom_de = forms.CharField(
        label=gettext_lazy("For whom it is, in one sentence, German"), max_length=300
    )
    whom_en = forms.CharField(
        label=gettext_lazy("For whom it is, in one sentence, English"),
        max_length=300,
        required=False,
    )
    rhythm_de = forms.CharField(
        label=gettext_lazy("When one meets, German"), max_length=200, required=False
    )
    rhythm_en = forms.CharField(
        label=gettext_lazy("When one meets, English"), max_length=200, required=False
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Term.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, community: Community | None = None, **kwargs: Any) -> None:
        if community is not None:
            kwargs["initial"] = {name: getattr(community, name) for name in FIELDS} | {
                "topics": list(community.topics.all())
            }
        super().__init__(*args, **kwargs)
        if community is not None:
            del self.fields["slug"]
        topics = self.fields["topics"]
        assert isinstance(topics, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        topics.queryset = topic_terms()
        topics.label_from_instance = term_label  # type: ignore[method-assign, assignment]
        self.described()

    def clean_slug(self) -> str:
        """Free, and no word of the room."""
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or Community.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken. Choose another one."))
        return slug


class CloseForm(Described):
    """Why a community ends."""

    closing_de = forms.CharField(
        label=gettext_lazy("Why, and where it goes on, German"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say in a sentence why it ends.")},
    )
    closing_en = forms.CharField(
        label=gettext_lazy("Why, and where it goes on, English"), max_length=300, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()
