"""What this room keeps."""

from steiger.web.audits.models.audits import Audit, EvidenceFile, Rating
from steiger.web.audits.models.chain import ChainEntry
from steiger.web.audits.models.examiners import Assignment, Decision, ExaminerProfile
from steiger.web.audits.models.register import Certificate, Complaint
from steiger.web.audits.models.runs import TestRun

__all__ = [
    "Assignment",
    "Audit",
    "Certificate",
    "ChainEntry",
    "Complaint",
    "Decision",
    "EvidenceFile",
    "ExaminerProfile",
    "Rating",
    "TestRun",
]
