"""MISSION KI quality standard: the catalogue of its portal as published (MIT licence)."""

from steiger.adapters.mission_ki.parser import parse_mission_ki, read_mission_ki

__all__ = ["parse_mission_ki", "read_mission_ki"]
