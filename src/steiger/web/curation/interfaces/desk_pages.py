"""What the pages of the editors' desk show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.regions import load_curation_rules
from steiger.web.accounts.domain import audit
from steiger.web.curation.domain import queue
from steiger.web.curation.domain.decisions import DecisionError
from steiger.web.curation.domain.duplicates import PairError, open_pairs
from steiger.web.curation.domain.effects import EffectError, source_of
from steiger.web.curation.domain.main_values import main_values
from steiger.web.curation.domain.telling import reason_text
from steiger.web.curation.interfaces.exchange import questions
from steiger.web.curation.models import Decision, Evidence, Submission
from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.likeness import Likely, likely_actors
from steiger.web.directory.domain.queries import in_language, target_of
from steiger.web.directory.domain.reconcile import by_slot, content_of, reconcile, seal, today_of
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.interfaces.statement_words import all_words, slot_words

ERRORS = {
    "decided": gettext_lazy("Somebody has decided on this meanwhile."),
    "version": gettext_lazy("This was changed meanwhile. Look at it again, then decide."),
    "reason": gettext_lazy("Choose a reason that fits the decision."),
    "same_eyes": gettext_lazy("You have decided already. A second person has to agree."),
    "later": gettext_lazy("Something was decided after this. Take that back first."),
    "undone": gettext_lazy("This is taken back already."),
    "no_actor": gettext_lazy("The entry that this is about is gone."),
    "no_person": gettext_lazy("There is no confirmed person behind this request."),
    "no_name": gettext_lazy("The entry would have no name. Ask for one."),
    "unreadable": gettext_lazy("A word in this proposal is no longer known. Ask for a new one."),
    "foreign": gettext_lazy("Choose one of the two entries."),
}
LIKENESS = {
    "same_name": gettext_lazy("same name"),
    "similar_name": gettext_lazy("similar name"),
    "acronym": gettext_lazy("acronym"),
    "short_form": gettext_lazy("short form"),
    "same_domain": gettext_lazy("same website"),
    "same_town": gettext_lazy("same town"),
    "same_identifier": gettext_lazy("same number in a register"),
    "same_register_number": gettext_lazy("same number in a register"),
    "same_address": gettext_lazy("same address"),
}
#: The reason that fits most often; any other is one key away.
USUAL = {"new": "admitted", "claim": "speaks_for_it", "edit": "correct", "import": "correct"}


def error_words(error: Exception) -> str:
    """What went wrong, and the way out."""
    if isinstance(error, DecisionError | EffectError | PairError):
        return str(ERRORS[error.code])
    if error.__class__.__name__ == "ChangedError":
        return _("The entry was changed meanwhile. Look at what differs, then decide.")
    return _("This is not possible: the entry was merged or changed meanwhile.")


def likeness_words(reasons: Sequence[str]) -> str:
    """Why two entries look alike."""
    return ", ".join(str(LIKENESS.get(key, key)) for key in reasons)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. ``late``: it waits longer than the editors want."""

    submission: Submission
    days: int
    late: bool
    proofs: int
    likely: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of admission with what was brought forward for it."""

    text: str
    proofs: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot in three states; ``state`` is same, changed, or conflict."""

    key: str
    what: str
    before: tuple[str, ...]
    today: tuple[str, ...]
    after: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome with its reasons, the likeliest first."""

    outcome: str
    reasons: tuple[tuple[str, str], ...]


def choices(kind: str = "") -> list[Choice]:
    """The three outcomes with the region's reasons."""
    found = []
    for outcome in ("accept", "reject", "ask"):
        keys = [r.key for r in load_curation_rules(settings.REGION).reasons if r.outcome == outcome]
        keys.sort(key=lambda key: key != USUAL.get(kind))
        found.append(Choice(outcome, tuple((key, reason_text(key)) for key in keys)))
    return found


def tabs(here: str) -> list[dict[str, Any]]:
    """The ways between the parts of the desk."""
    load = queue.load()
    parts = (
        ("desk", _("To decide"), load.waiting),
        ("duplicates", _("Duplicates"), open_pairs().count()),
        ("decided", _("Decided"), None),
    )
    return [
        {
            "label": label,
            "url": reverse(f"curation:{view}"),
            "current": view == here,
            "count": count,
        }
        for view, label, count in parts
    ]


def rows_of(submissions: Sequence[Any]) -> list[Row]:
    """Lines of the queue with age, evidence and likely duplicates."""
    now, late = timezone.now(), queue.late_before()
    return [
        Row(
            submission=one,
            days=(now - one.created_at).days,
            late=one.created_at < late,
            proofs=one.proofs,
            likely=len(likely_of(one)),
        )
        for one in submissions
    ]


def likely_of(row: Submission) -> list[Likely]:
    """Entries that a new one may double."""
    if row.kind != Submission.Kind.NEW:
        return []
    main = main_values(row.after)
    found = likely_actors(row.title, town=main.town, website=main.website)
    return [one for one in found if one.actor_id != row.actor_id]


def queue_context(kind: str, page: Any, by: audit.Actor) -> dict[str, Any]:
    """The queue."""
    load = queue.load()
    filters = [
        {"key": key, "label": label, "count": load.kinds.get(key, 0), "current": key == kind}
        for key, label in Submission.Kind.choices
        if load.kinds.get(key)
    ]
    return {
        "tabs": tabs("desk"),
        "load": load,
        "kind": kind,
        "filters": filters,
        "rows": rows_of(page.object_list),
        "page_obj": page,
        "choices": choices(kind),
        "recent": queue.recent(by),
        "answer_days": load_curation_rules(settings.REGION).answer_days,
    }


def item_context(row: Submission, kind: str) -> dict[str, Any]:
    """One submission with everything that a decision needs."""
    earlier, later = queue.neighbours(row, kind)
    is_open = row.state in Submission.OPEN
    slots, mark = slots_of(row)
    evidence = list(row.evidence.all())
    return {
        "tabs": tabs("desk"),
        "row": row,
        "kind": kind,
        "earlier": earlier,
        "later": later,
        "is_open": is_open,
        "slots": slots,
        "seal": mark,
        "conflicts": [slot for slot in slots if slot.state == "conflict"],
        "gains_former_name": row.actor is not None
        and any(slot.key == "name former" and slot.state == "changed" for slot in slots),
        "rules": [
            Rule(
                in_language(rule.text_de, rule.text_en),
                tuple(one for one in evidence if one.rule == rule.key),
            )
            for rule in region().admission
        ],
        "likely": [(one, likeness_words(one.reasons)) for one in likely_of(row)],
        "choices": choices(row.kind),
        "source": source_label(row.source) if row.source else "",
        "reason": reason_text(row.reason),
        "decisions": list(row.decisions.select_related("user").order_by("-pk")[:10]),
        "past": [one for one in questions(row) if one.answered_at],
        "last": row.decisions.filter(undone_at=None).last(),
        "days": (timezone.now() - row.created_at).days,
        "withdraws": bool(row.details.get("withdraw")),
        "represents": row.user.display_name or row.user.email if row.user else "",
    }


def slots_of(row: Submission) -> tuple[list[Slot], str]:
    """The difference slot by slot, changed ones first, and the mark of today's values."""
    actor = target_of(row.actor) if row.actor else None
    today: Sequence[Any] = today_of(actor, source_of(row)) if actor else []
    clash = {
        one.slot for one in reconcile(before=row.before, after=row.after, today=today).conflicts
    }
    old, new, now = by_slot(row.before), by_slot(row.after), by_slot(today)
    found = []
    for key in sorted(old.keys() | new.keys() | now.keys()):
        was, wanted = ({content_of(s) for s in part[key]} for part in (old, new))
        state = "conflict" if key in clash else "same" if was == wanted else "changed"
        shown = new[key] if state != "same" else now[key]
        found.append(
            Slot(
                key=key,
                what=slot_words(key),
                before=tuple(all_words(old[key])),
                today=tuple(all_words(now[key])),
                after=tuple(all_words(shown)),
                state=state,
            )
        )
    order = {"conflict": 0, "changed": 1, "same": 2}
    found.sort(key=lambda s: (order[s.state], slot_rank(s.key)))
    return found, seal(today)


def slot_rank(slot: str) -> tuple[int, str]:
    """Where a slot stands on a page: what matters most comes first."""
    rank = {"name": 0, "place": 1, "link": 2, "role": 3, "description": 4}
    return rank.get(slot.partition(" ")[0], 9), slot


def decided_context(page: Any) -> dict[str, Any]:
    """What was decided, the newest first."""
    rows: list[tuple[Decision, str]] = [(one, reason_text(one.reason)) for one in page.object_list]
    return {"tabs": tabs("decided"), "page_obj": page, "rows": rows}
