"""Why an entry was admitted, for its public page."""

from __future__ import annotations

from collections import defaultdict

from steiger.web.curation.models import Admission
from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.interfaces.admission import Ground, Proof, register


def grounds(actor_id: int) -> list[Ground]:
    """Rule by rule, in the region's order, what showed that the entry fulfils it."""
    rows: defaultdict[str, list[Admission]] = defaultdict(list)
    for row in Admission.objects.filter(actor=actor_id):
        rows[row.rule].append(row)
    return [
        Ground(
            rule=in_language(rule.text_de, rule.text_en),
            proofs=tuple(
                Proof(str(row.get_kind_display()), row.text, row.url) for row in rows[rule.key]
            ),
            decided_on=max(row.decided_on for row in rows[rule.key]),
        )
        for rule in region().admission
        if rows[rule.key]
    ]


register(grounds)
