"""What waits for a decision, and who speaks for an actor."""

from steiger.web.curation.models.drafts import Draft, Invitation
from steiger.web.curation.models.representations import Representation
from steiger.web.curation.models.submissions import Evidence, Submission

__all__ = ["Draft", "Evidence", "Invitation", "Representation", "Submission"]
