"""MISSION KI quality standard: the catalogue of its portal as published (MIT licence)."""

from steiger.adapters.mission_ki.parser import backing, parse_mission_ki, read_mission_ki

__all__ = ["backing", "parse_mission_ki", "read_mission_ki"]
