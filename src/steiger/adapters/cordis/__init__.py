"""CORDIS, the European Commission's register of research projects (CC BY 4.0)."""

from steiger.adapters.cordis.parser import read_cordis

__all__ = ["read_cordis"]
