"""What this room keeps about an actor follows it into a merger, and back out of one."""

from __future__ import annotations

from typing import Any

from steiger.web.curation.models import Admission, Representation, Submission
from steiger.web.directory.domain.merging import Follower, follow
from steiger.web.directory.models import Actor


def join(duplicate: Actor, survivor: Actor) -> dict[str, Any]:
    """Submissions, reasons for admission and representatives move to the survivor.

    Whoever speaks for both keeps one representation, the stronger one; and the survivor's
    responsible person stays the responsible one.
    """
    submissions = list(_all(Submission, duplicate))
    Submission.objects.filter(pk__in=submissions).update(actor=survivor)
    admissions = list(_all(Admission, duplicate))
    Admission.objects.filter(pk__in=admissions).update(actor=survivor)
    there = {one.user_id: one for one in Representation.objects.filter(actor=survivor)}
    has_head = any(one.responsible for one in there.values())
    moved, raised, heads = [], [], []
    for one in Representation.objects.filter(actor=duplicate).order_by("pk"):
        same = there.get(one.user_id)
        if same is None:
            if one.responsible and has_head:
                heads.append(one.pk)
                one.responsible = False
            one.actor = survivor
            one.save(update_fields=["actor", "responsible"])
            moved.append(one.pk)
        elif one.state == Representation.State.ACTIVE and same.state != one.state:
            raised.append(same.pk)
            same.state, same.ground, same.began_at = one.state, one.ground, one.began_at
            same.save(update_fields=["state", "ground", "began_at"])
    return {
        "submissions": [str(key) for key in submissions],
        "admissions": admissions,
        "representations": moved,
        "raised": raised,
        "heads": heads,
    }


def part(duplicate: Actor, survivor: Actor, kept: dict[str, Any]) -> None:
    """What moved and still stands with the survivor goes back."""
    Submission.objects.filter(pk__in=kept["submissions"], actor=survivor).update(actor=duplicate)
    Admission.objects.filter(pk__in=kept["admissions"], actor=survivor).update(actor=duplicate)
    mine = Representation.objects.filter(pk__in=kept["representations"], actor=survivor)
    # Somebody may have asked anew for the duplicate; nobody speaks twice for one actor.
    taken = Representation.objects.filter(actor=duplicate).values("user_id")
    mine.filter(user_id__in=taken).delete()
    has_head = Representation.objects.filter(actor=duplicate, responsible=True).exists()
    back = list(mine.values_list("pk", flat=True))
    rows = Representation.objects.filter(pk__in=back)
    rows.update(actor=duplicate)
    if not has_head:
        rows.filter(pk__in=kept["heads"]).update(responsible=True)
    Representation.objects.filter(pk__in=kept["raised"], actor=survivor, responsible=False).update(
        state=Representation.State.REQUESTED, ground="", began_at=None
    )


def _all(model: Any, actor: Actor) -> Any:
    return model._default_manager.filter(actor=actor).order_by("pk").values_list("pk", flat=True)


follow("curation", Follower(join, part))
