"""`steiger audit report`: the report of an audit as PDF and HTML."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

import steiger
from steiger.cli.audit.files import check_target, write_all
from steiger.cli.flood.output import as_text, json_option
from steiger.cli.groups import show
from steiger.engines.audit.report import Chapters, ReportError, compose, read_report

_File = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_File)
@click.option("--pdf", type=_File, help="PDF/A-2a and PDF/UA-1 to write.")
@click.option("--html", type=_File, help="Page to write; put it into DIR, so that its links work.")
@click.option("--lang", default="de", show_default=True, type=click.Choice(["de", "en"]))
@click.option("--applicant", default="", help="Who asked for the examination.")
@click.option("--examiner", default="", help="Who examined; nobody for a self-check.")
@json_option
def report(
    *,
    folder: Path,
    pdf: Path | None,
    html: Path | None,
    lang: str,
    applicant: str,
    examiner: str,
    as_json: bool,
) -> None:
    """Write the report of an audit from DIR (verdict.json, results.json and evidence).

    Every sentence with a figure names the evidence file that it comes from. Ends with code 2, and
    writes nothing, if DIR holds no finished audit.
    """
    if pdf is None and html is None:
        raise ReportError("Say what to write: --pdf FILE, --html FILE, or both.")
    for target in filter(None, (pdf, html)):
        check_target(target, may_exist=True)
    now = datetime.now(UTC).replace(microsecond=0)
    date = f"{now:%d.%m.%Y}" if lang == "de" else f"{now:%Y-%m-%d}"
    made = read_report(folder, applicant=applicant, examiner=examiner, date=date)
    chapters = compose(made, "en" if lang == "en" else "de")
    files: dict[Path, bytes] = {}
    if pdf:
        files[pdf] = _pdf(chapters, now)
    if html:
        from steiger.adapters.audit_report import as_html

        files[html] = as_html(chapters).encode()
    write_all(files)
    names = [str(path) for path in files]
    counts = {word: made.count(word) for word in ("met", "violated", "undecidable")}
    text = ", ".join(f"{count} {word}" for word, count in counts.items())
    show(as_text({"files": names, **counts}) if as_json else f"{', '.join(names)}: {text}.")


def _pdf(chapters: Chapters, now: datetime) -> bytes:
    from steiger.adapters.audit_report import as_document
    from steiger.adapters.report_pdf import as_pdf
    from steiger.lib.typesetting import fonts_as_ttf

    # Built at set-up; where it is missing, matplotlib brings a font that has all letters.
    built = Path(steiger.__file__).parent / "web/portal/static/build"
    sources = sorted(built.glob("FiraSans-*.woff2"))
    document = as_document(chapters)
    if not sources:
        import matplotlib as mpl

        fonts = Path(mpl.get_data_path()) / "fonts/ttf"
        return as_pdf(document, fonts=fonts, family="DejaVu Sans", made_at=now)
    with tempfile.TemporaryDirectory() as name:
        fonts = fonts_as_ttf(sources, Path(name) / "fonts")
        return as_pdf(document, fonts=fonts, made_at=now)
