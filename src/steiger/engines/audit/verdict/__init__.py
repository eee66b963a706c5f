"""Verdicts and levels from measurements, with one error rate over the whole audit."""

from steiger.engines.audit.verdict.examination import Examination, examine
from steiger.engines.audit.verdict.filling import filled
from steiger.engines.audit.verdict.levels import Rating
from steiger.engines.audit.verdict.requirements import Requirement, Result, conclude, requirements
from steiger.engines.audit.verdict.rulings import WORDS, Ruling, Verdict, VerdictError, rule

__all__ = [
    "WORDS",
    "Examination",
    "Rating",
    "Requirement",
    "Result",
    "Ruling",
    "Verdict",
    "VerdictError",
    "conclude",
    "examine",
    "filled",
    "requirements",
    "rule",
]
