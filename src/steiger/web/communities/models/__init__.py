"""What this room keeps."""

from steiger.web.communities.models.communities import Community, Member, Movement
from steiger.web.communities.models.writing import Answer, Contribution, Note, Question, State

__all__ = [
    "Answer",
    "Community",
    "Contribution",
    "Member",
    "Movement",
    "Note",
    "Question",
    "State",
]
