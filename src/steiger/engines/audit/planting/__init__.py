"""Planted defects with clean twins: does an audit find what is there, and nothing else?"""

from steiger.engines.audit.planting.contract import Planting, Trial, all_plantings, judge, try_one

__all__ = ["Planting", "Trial", "all_plantings", "judge", "try_one"]
