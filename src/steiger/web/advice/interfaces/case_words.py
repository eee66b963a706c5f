"""What this room's details are called on a firm's path."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from steiger.web.advice.domain.booking import ROOM
from steiger.web.advice.interfaces.forms import NotesForm
from steiger.web.cases.interfaces.words import register_details

register_details(ROOM, {**NotesForm.Meta.labels, "words": _("In the firm’s own words")})
