"""What the pages of webhooks say: the form, the log of messages, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.accounts.interfaces.log_words import register
from steiger.web.curation.domain.deliveries import KEEP, MOST_TRIES
from steiger.web.curation.domain.webhooks import LONGEST, MOST, MOST_BY_HAND, WebhookError
from steiger.web.curation.interfaces.guarding import Described
from steiger.web.curation.models import Delivery, Webhook

#: So many messages of one webhook are shown.
SHOWN = 50
#: Code of an error → what to do.
ERRORS: Mapping[str, str | Promise] = {
    "no_address": gettext_lazy(
        "That is no address. It looks like this: https://www.example.org/webhook."
    ),
    "not_https": gettext_lazy("The address must begin with https://."),
    "password_in_address": gettext_lazy(
        "Leave name and password out of the address: each message is signed instead."
    ),
    "not_public": gettext_lazy(
        "The address must be reachable from the open internet, on the usual port of https."
    ),
    "there": gettext_lazy("This address is in the list already."),
    "many": gettext_lazy("There are %(n)d already. Remove one first.") % {"n": MOST},
    "paused": gettext_lazy("Messages are paused. Resume them first."),
    "often": gettext_lazy("At most %(n)d tests and repeats are sent within an hour.")
    % {"n": MOST_BY_HAND},
    "underway": gettext_lazy("This message has arrived meanwhile, or is on its way again."),
}
#: Why a message did not arrive, where no status says it.
PROBLEMS: Mapping[str, str | Promise] = {
    "no_answer": gettext_lazy("no answer in time, or a wrong certificate"),
    "unknown_host": gettext_lazy("no such host"),
    "not_public": gettext_lazy("the name does not lead into the open internet"),
    "paused": gettext_lazy("paused meanwhile"),
    "lost": gettext_lazy("not tried, because our worker was interrupted"),
}

register(
    acts={
        "curation.webhook.add": gettext_lazy("Webhook added"),
        "curation.webhook.renew": gettext_lazy("Secret of a webhook renewed"),
        "curation.webhook.pause": gettext_lazy("Webhook paused"),
        "curation.webhook.resume": gettext_lazy("Webhook resumed"),
        "curation.webhook.remove": gettext_lazy("Webhook removed"),
    },
    objects={"curation.webhook": gettext_lazy("Webhook")},
)


class WebhookForm(Described):
    """A new address."""

    address = forms.CharField(
        label=gettext_lazy("Address of your program"),
        help_text=gettext_lazy(
            "Begins with https:// and is reachable from the open internet, for example "
            "https://www.example.org/webhook."
        ),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the address of your program.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.described()

    def refuse(self, error: WebhookError) -> None:
        """Say beside the field why the address was not taken."""
        self.add_error("address" if error.code != "many" else None, str(ERRORS[error.code]))
        self.described()


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the log."""

    number: UUID
    made_at: datetime
    event: str
    state: str
    state_text: str
    tries: int
    tried_at: datetime | None
    answer: str
    may_repeat: bool


def log_of(webhook: Webhook) -> list[Line]:
    """The newest messages, the newest first."""
    return [_line(row, webhook) for row in webhook.deliveries.all()[:SHOWN]]


def _line(row: Delivery, webhook: Webhook) -> Line:
    failed = row.state == Delivery.State.FAILED
    return Line(
        row.pk,
        row.made_at,
        row.get_event_display(),
        row.state,
        row.get_state_display(),
        row.tries,
        row.tried_at,
        f"HTTP {row.status}" if row.status else str(PROBLEMS.get(row.problem, row.problem)),
        failed and not webhook.paused,
    )


def webhook_page(webhook: Webhook, secret: str = "") -> dict[str, Any]:
    """Everything that the page of one webhook needs."""
    return {
        "webhook": webhook,
        "actor": webhook.representation.actor,
        "secret": secret,
        "lines": log_of(webhook),
        "keep_days": KEEP.days,
        "most_tries": MOST_TRIES,
        "shown": SHOWN,
    }


def success_words(act: str) -> str:
    """What was done."""
    return {
        "test": _("A test is on its way. Reload this page in a moment."),
        "pause": _("Nothing is sent any more until you resume."),
        "resume": _("Decisions are told again from now on."),
        "repeat": _("The message is on its way again. Reload this page in a moment."),
        "remove": _("The webhook and its log are erased."),
    }[act]
