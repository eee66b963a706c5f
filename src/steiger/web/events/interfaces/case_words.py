"""What this room's details are called on a firm's path."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from steiger.web.cases.interfaces.words import register_details

register_details("events", {"seats": pgettext_lazy("case", "Seats")})
