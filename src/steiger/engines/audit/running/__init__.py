"""Runs an audit: reads `audit.toml`, hands its checks to workers, keeps what they found."""

from steiger.engines.audit.running.loading import Endpoints, load
from steiger.engines.audit.running.plan import Plan, read_plan
from steiger.engines.audit.running.results import read_measurements, read_thresholds
from steiger.engines.audit.running.run import planned, run_audit
from steiger.engines.audit.running.template import template

__all__ = [
    "Endpoints",
    "Plan",
    "load",
    "planned",
    "read_measurements",
    "read_plan",
    "read_thresholds",
    "run_audit",
    "template",
]
