"""What waits for a decision, and who speaks for an actor."""

from steiger.web.curation.models.decisions import Admission, Decision, Pair
from steiger.web.curation.models.representations import Representation
from steiger.web.curation.models.submissions import Evidence, Submission

__all__ = ["Admission", "Decision", "Evidence", "Pair", "Representation", "Submission"]
