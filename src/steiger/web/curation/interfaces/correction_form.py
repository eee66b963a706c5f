"""The form of a proposal with what was sent in it, to correct it while it waits."""

from __future__ import annotations

from typing import Any

from steiger.web.curation.domain.main_values import main_values
from steiger.web.curation.interfaces.proposal_form import ProposalForm
from steiger.web.curation.interfaces.role_fields import number_name, shown_value, value_name
from steiger.web.curation.models import Submission


class CorrectionForm(ProposalForm):
    """Everything but the address, which is confirmed, and the consent, which was given."""

    email = None  # type: ignore[assignment]
    consent = None  # type: ignore[assignment]


def sent_before(row: Submission) -> dict[str, Any]:
    """Field by field, what a proposal says today."""
    main = main_values(row.after)
    found: dict[str, Any] = {
        "name": row.title,
        "place": main.seat,
        "website": main.website,
        "kind": row.details.get("kind", ""),
        "person_name": row.person_name,
        "words": row.words,
        "roles": [],
        "topics": [],
    }
    for one in row.after:
        match one["is"]:
            case "description":
                found["description"] = one["text"]
            case "identifier":
                found[number_name(one["scheme"])] = one["value"]
            case "classification":
                found["topics"].append(str(one["term"]).partition("/")[2])
            case "role":
                key = str(one["term"]).partition("/")[2]
                found["roles"].append(key)
                found[f"offer_{key}"] = one["offer_de"] or one["offer_en"]
                found |= {value_name(key, k): shown_value(v) for k, v in one["values"].items()}
    for proof in row.evidence.all():
        part = "seat" if proof.rule == "seat" else "tie"
        found |= {f"{part}_text": proof.text, f"{part}_url": proof.url, f"{part}_kind": proof.kind}
    return found
