"""Scan of model files: safe, not safe or unknown, and why. Nothing is ever loaded.

    result = scan_file(Path("model.pkl"))
    result.verdict, [reason.text("de") for reason in result.reasons]

A file is *safe* only if every operation in it is on the allow-list (``allowed.toml``). Whatever is
damaged, ambiguous, hidden or not understood is never called safe.
"""

from steiger.engines.audit.scan.result import Limits, Member, Reason, ScanError, ScanResult
from steiger.engines.audit.scan.scanner import scan_file, scan_stream

__all__ = ["Limits", "Member", "Reason", "ScanError", "ScanResult", "scan_file", "scan_stream"]
