"""Whether the model's file can do more than compute: a scan that never loads it."""

from __future__ import annotations

from math import inf

from steiger.engines.audit.checks.contract import Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Need
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.scan import scan_file
from steiger.engines.audit.statistics import exact

SAYS = {
    "de": "„Sicher“ sagt, dass die Datei nur rechnet, nicht, was das Modell kann.",
    "en": "“Safe” says that the file only computes, not what the model can do.",
}
UNWALLED = {
    "de": "Das Modell lief in einem eigenen Prozess, den dieser Rechner aber nicht abschotten kann "
    "(das geht unter Linux): Speicher, Dateien und Netz standen ihm offen.",
    "en": "The model ran in a process of its own, but this machine cannot confine it (Linux can): "
    "memory, files and the network were open to it.",
}


class ModelFileScan(Check):
    """Number of reasons for which the file is not safe; of no file, if that cannot be told."""

    id = "model_file_scan"
    title = {"de": "Prüfung der Modelldatei", "en": "Scan of the model file"}
    needs = frozenset({Need.MODEL_FILE})
    thresholds = (
        Threshold(
            name="forbidden_contents",
            value=0.0,
            better="below",
            within=(0.0, inf),
            text={
                "de": "Zahl der Gründe, aus denen die Datei nicht sicher ist",
                "en": "Number of reasons for which the file is not safe",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Scan the file.

        Raises:
            AuditError: the file is of a kind that the scan does not read.
        """
        if context.model_file is None:
            raise AuditError("the audit has no model file")
        found = scan_file(context.model_file)
        if found.verdict == "unknown":
            why = "; ".join(reason.text("en") for reason in found.reasons)
            raise AuditError(f"the scan cannot tell whether the file is safe: {why}")
        count = 0 if found.verdict == "safe" else max(1, len(found.reasons))
        estimate = exact(float(count), level=context.level, count=1)
        return CheckResult(
            measurements=(self.measured(context, "forbidden_contents", estimate),),
            evidence={"scan.json": as_json(found.as_dict())},
            limits=(SAYS,) if context.walled else (SAYS, UNWALLED),
        )
