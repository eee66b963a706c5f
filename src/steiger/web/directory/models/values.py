"""What is said about an actor: one row per value, each with source, licence and date."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from steiger.web.directory.models.actors import Actor
from steiger.web.directory.models.vocabulary import Term


class Source(models.Model):
    """Where values come from, under which licence, and whose word weighs more.

    ``precedence``: of two values for the same slot (see ``Sourced.slot``) the one of the higher
    source is shown. Moderators 100, the actor itself 90, the region's folder 50, registers 40,
    examples 10. An import touches only rows of its own source, so an edit is never overwritten.
    """

    class Kind(models.TextChoices):
        """Who vouches for the values."""

        MODERATOR = "moderator", _("Moderation")
        OWNER = "owner", _("The actor itself")
        REGION = "region", _("The region's editors")
        REGISTER = "register", _("Public register")
        EXAMPLE = "example", _("Invented example")

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    licence = models.CharField(max_length=120)
    licence_url = models.URLField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    precedence = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-precedence", "key"]

    def __str__(self) -> str:
        return self.name


class Sourced(models.Model):
    """A value that knows its source and date. The licence is the source's."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="%(class)ss")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    source_record = models.CharField(
        max_length=500, blank=True, help_text="Id or page at the source."
    )
    stated_on = models.DateField(default=timezone.localdate, help_text="When the source said so.")
    hidden = models.BooleanField(
        default=False, help_text="A moderator hid it; imports keep it hidden."
    )

    class Meta:
        abstract = True


class Name(Sourced):
    """One name of an actor. Slot: kind and language; short, former and alias may repeat."""

    class Kind(models.TextChoices):
        """What the name is for."""

        OFFICIAL = "official", _("Official name")
        SHORT = "short", _("Short name")
        ACRONYM = "acronym", _("Acronym")
        FORMER = "former", _("Former name")
        TRANSLATION = "translation", _("Name in another language")
        ALIAS = "alias", _("Also known as")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.CharField(max_length=255)
    language = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "kind"])]

    def __str__(self) -> str:
        return self.text


class Place(Sourced):
    """Where an actor is. Slot: kind (the seat is one, sites are many)."""

    class Kind(models.TextChoices):
        """What happens at the place."""

        SEAT = "seat", _("Seat")
        SITE = "site", _("Further site")

    class Precision(models.TextChoices):
        """How exactly the point is known."""

        ADDRESS = "address", _("Address")
        TOWN = "town", _("Centre of the town")

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SEAT)
    label = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=120)
    municipality = models.CharField(max_length=8, blank=True, help_text="Official key (AGS).")
    country = models.CharField(max_length=2, default="DE")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    precision = models.CharField(max_length=8, choices=Precision.choices, default=Precision.TOWN)

    def __str__(self) -> str:
        return self.town


class Link(Sourced):
    """An address on the web. Slot: kind."""

    kind = models.CharField(max_length=32, help_text="Key in the vocabulary “link”.")
    url = models.URLField(max_length=500)
    label = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.url


class Identifier(Sourced):
    """The actor's id in a register. Slot: scheme."""

    scheme = models.CharField(max_length=32, help_text="Key in the vocabulary “identifier”.")
    value = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["scheme", "value"])]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Fact(Sourced):
    """A single plain value. Slot: key.

    Keys: founded (year), sme (true), size and initiative (term keys).
    """

    key = models.CharField(max_length=32)
    value = models.JSONField()

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Description(Sourced):
    """What the actor is, in one to three sentences. Slot: language."""

    language = models.CharField(max_length=8)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]


class Classification(Sourced):
    """A topic (method or technology field) or sector of the actor."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.term)


class Role(Sourced):
    """What the actor does in one sub-category: what it offers a firm, and its own fields."""

    class State(models.TextChoices):
        """How far the review has come."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for review")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    offer_de = models.TextField(blank=True)
    offer_en = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    values = models.JSONField(default=dict, help_text="Values of the fields that the term defines.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACCEPTED)
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "term", "source"], name="directory_role_once")
        ]

    def __str__(self) -> str:
        return str(self.term)


class Relation(Sourced):
    """How an actor relates to another: part of, successor of, partner in a project."""

    kind = models.CharField(max_length=32, help_text="Key in the vocabulary “relation”.")
    other = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="incoming_relations")
    note = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.other_id}"


#: Every kind of value that a source states; relations are written once both ends exist.
VALUE_MODELS: tuple[type[Sourced], ...] = (
    Name, Place, Link, Identifier, Fact, Description, Classification, Role,
)  # fmt: skip
