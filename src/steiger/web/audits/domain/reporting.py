"""The report of an examination: what was measured, said and decided, each with its evidence."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.report import (
    Chapters,
    Language,
    Rated,
    Text,
    compose,
    names_in,
    report_from,
)
from steiger.web.audits.domain.applying import read_results
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.standing import (
    catalogue_of,
    examination_of,
    results_of,
    wanted,
)
from steiger.web.audits.models import Audit, EvidenceFile, Rating

States = Audit.State
WHO = {
    Rating.Stage.SELF: Text("Antragsteller", "Applicant"),
    Rating.Stage.EXAMINER: Text("Prüfung", "Examiner"),
    Rating.Stage.SECOND: Text("Zweite Prüfung", "Second examiner"),
}
FINISHED = {States.STATEMENT, States.DECISION, States.PASSED, States.FAILED, States.PROFILE}
STATEMENT = Text("Stellungnahme des Antragstellers", "Applicant's statement")
DECISION = Text("Entscheidung", "Decision")
GRANTED = {
    True: Text("Die Bescheinigung wird erteilt.", "The certificate is granted."),
    False: Text("Die Bescheinigung wird nicht erteilt.", "The certificate is not granted."),
}


def chapters_of(audit: Audit, language: Language) -> Chapters:
    """The report in chapters; before the end it says that it is one of today.

    Raises:
        RefusedError: nothing is known yet, or the catalogue has changed in between.
    """
    results = read_results(audit)
    told = json.loads(results) if results else {}
    done = audit.result if _finished(audit) else None
    verdict = done or examination_of(audit, _stage(audit), results).as_plain()
    names, order = _catalogue(audit)
    idle = _idle(audit)
    looked_at = [one for one in verdict["criteria"] if one["id"] not in idle]
    verdict = {**verdict, "criteria": looked_at}
    examiners = [one.organisation for one in audit.assignments.all()]
    files = list(audit.evidence.all())
    measured = [name for one in verdict["measurements"] for name in one["evidence"]]
    report = report_from(
        verdict,
        told,
        names=names,
        evidence=tuple(dict.fromkeys([*map(name_of, files), *measured])),
        system=audit.title,
        version=audit.version,
        applicant=audit.organisation,
        examiner=", ".join(dict.fromkeys(examiners)),
        date=_day(audit, language),
        task=str(audit.get_task_display()),
        ratings=_ratings(audit, files, order),
        closing=_closing(audit, language),
        sources=tuple(name_of(file) for file in filter(None, [results_of(audit)])),
    )
    return compose(report, language)


def oscal_of(audit: Audit, language: Language) -> bytes:
    """The results as OSCAL assessment results (JSON).

    Raises:
        RefusedError: nothing is known yet, or what counts differs from what was kept.
    """
    from steiger.adapters.oscal import assessment_results, check_results

    catalogue = catalogue_of(audit)
    examination = examination_of(audit, _stage(audit), read_results(audit))
    if (
        audit.result
        and _finished(audit)
        and examination.as_plain()["dimensions"] != audit.result["dimensions"]
    ):
        raise RefusedError("results", "OSCAL")
    tree = assessment_results(
        examination,
        catalogue,
        audit=str(audit.pk),
        subject=audit.title,
        start=audit.created_at,
        end=audit.changed_at,
        language=language,
    )
    if problems := check_results(tree):
        raise RefusedError("results", f"OSCAL: {problems[0]}")
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def pdf_of(audit: Audit, language: Language) -> bytes:
    """The report as PDF/A-2a and PDF/UA-1.

    Raises:
        RefusedError: as for :func:`chapters_of`.
    """
    from steiger.adapters.audit_report import as_document
    from steiger.adapters.report_pdf import as_pdf
    from steiger.lib.typesetting import fonts_as_ttf

    document = as_document(chapters_of(audit, language))
    fonts = fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    return as_pdf(document, fonts=fonts, made_at=audit.changed_at.replace(microsecond=0))


def name_of(file: EvidenceFile) -> str:
    """How the report names a file: as the certificate does."""
    return f"{file.number:03}-{file.name}"


def _catalogue(audit: Audit) -> tuple[dict[str, Text], list[str]]:
    """Names of ids, and indicators in their order; of an older edition only ids are known."""
    try:
        catalogue = catalogue_of(audit)
    except RefusedError:
        if not (audit.result and _finished(audit)):
            raise
        return {}, sorted({one.indicator for one in audit.ratings.all()})
    order = [item.id for item in wanted(audit, catalogue)]
    return names_in(catalogue.as_plain()), order


def _idle(audit: Audit) -> set[str]:
    """Criteria of dimensions that need no protection, where nobody looked."""
    catalogue = own_catalogue()
    without = [key for key, need in audit.needs.items() if need == "none"]
    return {one.id for key in without for one in catalogue.criteria_of(key)}


def _stage(audit: Audit) -> str:
    if not audit.needs:
        raise RefusedError("order", str(audit.get_state_display()))
    by_examiners = audit.kind == Audit.Kind.FULL and _finished(audit)
    return Rating.Stage.EXAMINER if by_examiners else Rating.Stage.SELF


def _finished(audit: Audit) -> bool:
    """Whether all who examine are done; before that nobody reads what they are about to say."""
    return audit.state in FINISHED


def _day(audit: Audit, language: Language) -> str:
    day = timezone.localtime(audit.changed_at)
    text = f"{day:%d.%m.%Y}" if language == "de" else f"{day.day} {day:%B %Y}"
    if audit.state in {States.PASSED, States.FAILED, States.PROFILE}:
        return text
    open_ = Text("Zwischenstand, die Prüfung läuft", "interim, the examination goes on")
    return f"{text} ({open_.of(language)})"


def _ratings(audit: Audit, files: list[EvidenceFile], order: list[str]) -> tuple[Rated, ...]:
    shown: dict[str, tuple[str, ...]] = {
        key: tuple(name_of(file) for file in files if key in file.indicators) for key in order
    }
    said: dict[tuple[str, str], Any] = {
        (one.indicator, one.stage): one for one in audit.ratings.all()
    }
    return tuple(
        Rated(
            indicator=key,
            who=who,
            level=said[key, stage].level,
            reason=said[key, stage].reason,
            evidence=shown[key],
        )
        for key in order
        for stage, who in WHO.items()
        if (key, stage) in said and (stage == Rating.Stage.SELF or _finished(audit))
    )


def _closing(audit: Audit, language: Language) -> tuple[tuple[Text, str], ...]:
    found = [(STATEMENT, audit.statement)] if audit.statement else []
    decision = getattr(audit, "decision", None)
    if decision is not None:
        words = GRANTED[decision.granted].of(language)
        found.append((DECISION, f"{words} {decision.reason}"))
    return tuple(found)
