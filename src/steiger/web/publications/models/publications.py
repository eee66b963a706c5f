"""Publications, who wrote them, in which versions and files."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.directory.models import Actor, Term


class Publication(models.Model):
    """One work, whatever its version. Holds no personal data: authors are organisations.

    The columns ``search_…`` repeat all its words, folded, for the search;
    ``domain.searching.refresh`` is the only place that writes them.
    """

    class Kind(models.TextChoices):
        """What it is."""

        GUIDE = "guide", _("Guide")
        STUDY = "study", _("Study")
        RECORDING = "recording", _("Recording")
        NEWSLETTER = "newsletter", _("Newsletter")

    class State(models.TextChoices):
        """Whether the public sees it."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    title_de = models.CharField(max_length=250)
    title_en = models.CharField(max_length=250, blank=True)
    abstract_de = models.TextField()
    abstract_en = models.TextField(blank=True)
    text_de = models.TextField(blank=True, help_text="The whole text, to read in the browser.")
    text_en = models.TextField(blank=True)
    licence = models.CharField(max_length=32, help_text="Key in domain.licences.")
    community = models.SlugField(max_length=64, blank=True, help_text="Slug of a community.")
    url = models.URLField(max_length=500, blank=True, help_text="Where a recording is shown.")
    topics = models.ManyToManyField(Term, blank=True, related_name="+")
    example = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)
    withdrawn_reason = models.CharField(max_length=250, blank=True)
    search_title = models.TextField(blank=True, editable=False)
    search_beside = models.TextField(blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["state", "community"])]

    def __str__(self) -> str:
        return self.title_de

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("publications:publication", kwargs={"slug": self.slug})


class Author(models.Model):
    """One organisation that wrote it: an actor of the map, or a free name. Never a person."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="authors")
    position = models.PositiveSmallIntegerField(default=0)
    actor = models.ForeignKey(
        Actor, null=True, blank=True, on_delete=models.SET_NULL, related_name="publications"
    )
    organisation = models.CharField(max_length=255, help_text="Stays if the actor is taken away.")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.organisation


class Version(models.Model):
    """One state of a publication; the highest number is the current one."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    released_on = models.DateField()
    doi = models.CharField(max_length=250, blank=True)
    note_de = models.CharField(max_length=500, blank=True, help_text="What is new.")
    note_en = models.CharField(max_length=500, blank=True)
    public = models.BooleanField(default=False, help_text="It was the published version once.")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="publications_number")
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} v{self.number}"


class Document(models.Model):
    """One file of a version: a PDF with what was found out about it."""

    class Language(models.TextChoices):
        """Language in which it is written."""

        DE = "de", pgettext_lazy("language", "German")
        EN = "en", pgettext_lazy("language", "English")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="documents")
    language = models.CharField(max_length=8, choices=Language.choices)
    path = models.CharField(max_length=200, help_text="Below the uploads.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    findings = models.JSONField(default=list, help_text="Keys of what is not accessible.")
    texts = models.JSONField(default=list, help_text="Text of each page, for the search.")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="publications_one_file_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.language}"

    @property
    def name(self) -> str:
        """What the file is called when it is taken along."""
        version = self.version
        return f"{version.publication.slug}-v{version.number}-{self.language}.pdf"


class DownloadCount(models.Model):
    """How often a file was taken on one day. Knows no person, no address, no hour."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="downloads")
    day = models.DateField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "day"], name="publications_count_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.day}: {self.number}"
