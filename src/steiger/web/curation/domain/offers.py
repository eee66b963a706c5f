"""What imports found different about actors for whom somebody speaks: offered, not overwritten."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.domain.offers import Keeper, Offer, register
from steiger.web.directory.domain.relations import is_relation
from steiger.web.directory.models import Actor, Source

State = Submission.State
BATCH = 500


def protected(numbers: Collection[int]) -> set[int]:
    """Actors with somebody who speaks for them."""
    active = Representation.objects.filter(state=Representation.State.ACTIVE)
    if len(numbers) <= BATCH:
        active = active.filter(actor_id__in=numbers)
    return set(active.values_list("actor_id", flat=True)) & set(numbers)


def keep(source: Source, offers: Sequence[Offer]) -> None:
    """One submission per actor and source: a newer offer replaces the one that still waits.

    An offer without any difference takes the waiting one back, because the source changed its mind.
    """
    waiting = {
        row.actor_id: row
        for begin in range(0, len(offers), BATCH)
        for row in Submission.objects.select_for_update().filter(
            kind=Submission.Kind.IMPORT,
            source=source,
            state__in=Submission.OPEN,
            actor_id__in=[one.actor_id for one in offers[begin : begin + BATCH]],
        )
    }
    names = Actor.objects.in_bulk([one.actor_id for one in offers])
    entries: list[audit.Entry] = []
    for one in offers:
        row = waiting.get(one.actor_id)
        before, after = list(one.before), list(one.after)
        if row is not None and one.only_relations:
            before = [s for s in row.before if not is_relation(s)] + before
            after = [s for s in row.after if not is_relation(s)] + after
        withdraw = one.withdraw or bool(row and one.only_relations and row.details.get("withdraw"))
        differs = withdraw or before != after
        if row is None and not differs:
            continue
        if row is None:
            now = timezone.now()
            row = Submission(
                kind=Submission.Kind.IMPORT,
                source=source,
                actor_id=one.actor_id,
                created_at=now,
                confirmed_at=now,
            )
        else:
            row.version += 1
        row.state = State.WAITING if differs else State.TAKEN_BACK
        row.first_decider = None
        row.decided_at = None if differs else timezone.now()
        row.title = names[one.actor_id].name
        row.before, row.after = before, after
        row.details = {"record": one.record_id, "withdraw": withdraw}
        row.save()
        act = "curation.submission.offer" if differs else "curation.submission.take_back"
        entries.append(audit.Entry(act, "curation.submission", str(row.pk), str(row)))
    audit.record_many(by=audit.SYSTEM, entries=entries, reason=source.key)


register(Keeper(protected, keep))
