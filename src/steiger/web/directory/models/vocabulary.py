"""Words with a fixed meaning: categories, roles, topics, sectors, sizes, kinds of relation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language


class Term(models.Model):
    """One entry of a vocabulary, bilingual, first read from the region's folder, then editable.

    ``vocabulary`` is one of: category, role (sub-category; parent is its category), method,
    technology, sector, size, relation, identifier, link, initiative.
    """

    vocabulary = models.CharField(max_length=32)
    key = models.SlugField(max_length=64)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    label_de = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    description_de = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    synonyms = models.JSONField(default=list, help_text="Other words that find this term.")
    fields = models.JSONField(
        default=list, help_text="For roles: the fields that an entry in this sub-category has."
    )
    details = models.JSONField(default=dict, help_text="Codes of other classifications and so on.")
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    edited = models.BooleanField(
        default=False, help_text="A moderator changed it; the region's folder no longer wins."
    )

    class Meta:
        ordering = ["vocabulary", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "key"], name="directory_term_once")
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary}/{self.key}"

    @property
    def label(self) -> str:
        """The term in the reader's language."""
        return self.label_en if (get_language() or "de").startswith("en") else self.label_de

    @property
    def description(self) -> str:
        """What the term means, in the reader's language."""
        english = (get_language() or "de").startswith("en")
        return self.description_en if english else self.description_de
