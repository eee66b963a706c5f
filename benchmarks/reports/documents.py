"""A report of 60 pages: how long it takes, and whether its files are what they should be.

    python benchmarks/reports/documents.py [--pictures FOLDER] [--install]

Writes a report with every indicator divided in every way, from two invented years, as a page,
PDF, DOCX and XLSX, from the rows in the database on. Then it looks into the files: tags, titles
and standards of the PDF by pikepdf, headings and picture texts of the DOCX, and whether
LibreOffice opens the DOCX and saves it without complaint, where it is installed (`--install`
installs it as root on Debian). `--pictures` draws each page of the PDF by pdftoppm. Prints JSON;
ends with 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
PROMISE_S, PAGES = 10.0, 60


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--install", action="store_true")
    asked = parser.parse_args()
    if asked.pictures and not shutil.which("pdftoppm"):
        parser.error("--pictures needs pdftoppm (Debian: apt install poppler-utils).")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "STEIGER_DATA_DIR": folder,
            "STEIGER_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        result = run(asked, Path(folder))
    print(json.dumps(result, indent=2))
    return 0 if result["kept"] else 1


def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures of this benchmark."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from factories.reports import make_life
    from steiger.lib.typesetting import fonts_as_ttf
    from steiger.web.reports.domain.documents import draft_document
    from steiger.web.reports.interfaces.files import written
    from steiger.web.reports.interfaces.html import rendered

    call_command("migrate", verbosity=0)
    make_life(5, entries=asked.entries, actors=400)
    report = long_report()
    fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)  # once per installation
    steps: dict[str, float] = {}
    began = last = time.perf_counter()
    busy = time.process_time()

    def step(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[name] = round(now - last, 2)
        last = now

    document, counted = draft_document(report, "de")
    step("count, protect, compose")
    page = rendered(document, lambda _spot: "/x", lambda _grid: "")
    step("page")
    pdf = written(document, "pdf", timezone.now())
    step("pdf")
    docx = written(document, "docx", timezone.now())
    step("docx")
    xlsx = written(document, "xlsx", timezone.now())
    step("xlsx")
    took = time.perf_counter() - began
    busy = time.process_time() - busy
    files = {"page": page.encode(), "pdf": pdf, "docx": docx, "xlsx": xlsx}
    looked = looked_at_pdf(pdf)
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
        (folder / "report.pdf").write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", folder / "report.pdf", asked.pictures / "page"],
            check=True,
        )
    result: dict[str, Any] = {
        "pages": looked["pages"],
        "tables": len(document.grids),
        "figures": len(counted.spots),
        "withheld": len(counted.withheld),
        "seconds": round(took, 2),
        "processor_s": round(busy, 2),
        "steps_s": steps,
        "kilobytes": {name: len(file) // 1000 for name, file in files.items()},
        "pdf": looked,
        "docx": looked_at_docx(docx, folder, install=asked.install),
    }
    tables = len(document.grids)
    result["kept"] = (
        took <= PROMISE_S
        and looked["pages"] >= PAGES
        and looked["standard"] == "PDF/A-2A, PDF/UA-1"
        and looked["tags"].get("/Table") == tables
        and looked["figures_without_words"] == 0
        and result["docx"]["tables_with_header_row"] == tables
        and result["docx"]["pictures_without_words"] == 0
        and result["docx"]["libreoffice"] in {"opens and saves it", "not installed"}
    )
    return result


def long_report() -> Any:
    """The template, and a chapter for each indicator with all its divisions."""
    from steiger.engines.reporting.periods import Period
    from steiger.web.accounts.domain import audit
    from steiger.web.reports.domain.declared import all_declared
    from steiger.web.reports.domain.templates import template
    from steiger.web.reports.domain.writing import create_report
    from steiger.web.reports.models import Chapter

    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of("2026"), by=audit.SYSTEM)
    prose = "In {{period}} waren es {{%s}}, ein Jahr zuvor {{%s before}}. " + "Beispieltext. " * 110
    for number, (key, declared) in enumerate(all_declared().items(), start=20):
        names = [d.key for d in declared.about.dimensions]
        lines = [prose % (key, key), f"::figures {key}"]
        lines += [
            f"## Nach {name}\n\n{prose % (key, key)}\n\n::table {key} by {name}" for name in names
        ]
        if not declared.about.stock:
            lines.append(f"::chart {key} by month")
        if "district" in names:
            lines.append(f"::map {key}")
        if "sector" in names:
            lines.append(f"::table {key} by sector, size")
        Chapter.objects.create(
            report=report,
            position=number,
            title_de=declared.about.name.de,
            title_en=declared.about.name.en,
            text_de="\n\n".join(lines),
        )
    return report


def looked_at_pdf(content: bytes) -> dict[str, Any]:
    """Standard, language, title and tags."""
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(content))
    tags: Counter[str] = Counter()
    silent = 0
    todo: list[Any] = [pdf.Root.StructTreeRoot.K]
    while todo:
        element = todo.pop()
        if isinstance(element, pikepdf.Array):
            todo += list(element)  # type: ignore[call-overload]
        elif isinstance(element, pikepdf.Dictionary):
            kind = str(element.get("/S", ""))
            tags[kind] += 1
            if kind == "/Figure" and not str(element.get("/Alt", "")):
                silent += 1
            if "/K" in element:
                todo.append(element.K)
    with pdf.open_metadata() as about:
        standard = f"PDF/A-{about['pdfaid:part']}{about['pdfaid:conformance']}"
        standard += f", PDF/UA-{about['pdfuaid:part']}"
        title = str(about["dc:title"])
    wanted = ("/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Caption", "/TOCI", "/L", "/LI")
    return {
        "pages": len(pdf.pages),
        "standard": standard,
        "language": str(pdf.Root.Lang),
        "title": title,
        "tags": {kind: tags[kind] for kind in wanted},
        "figures_without_words": silent,
    }


def looked_at_docx(content: bytes, folder: Path, *, install: bool) -> dict[str, Any]:
    """Headings, header rows, picture texts, and whether a word processor takes it."""
    import docx

    document = docx.Document(io.BytesIO(content))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    styles = Counter(p.style.name for p in document.paragraphs if p.style)
    pictures = xml.count("<wp:docPr ")
    return {
        "headings": {name: n for name, n in styles.items() if name.startswith("Heading")},
        "tables": len(document.tables),
        "tables_with_header_row": xml.count("<w:tblHeader"),
        "pictures": pictures,
        "pictures_without_words": pictures - xml.count(' descr="'),
        "libreoffice": opened_by_libreoffice(content, folder, install=install),
    }


def opened_by_libreoffice(content: bytes, folder: Path, *, install: bool) -> str:
    """Whether LibreOffice opens the file and saves it as PDF and DOCX without a word."""
    if install and not shutil.which("soffice"):
        package = "libreoffice-writer-nogui"
        command = ["apt-get", "install", "-y", "--no-install-recommends", package]
        subprocess.run(command, check=False, capture_output=True)
    office = shutil.which("soffice")
    if office is None:
        return "not installed"
    source = folder / "report.docx"
    source.write_bytes(content)
    target = folder / "converted"
    for form in ("pdf", "docx"):
        done = subprocess.run(
            [
                *(office, f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", form, "--outdir", str(target), str(source)),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )
        made = target / f"report.{form}"
        if done.returncode or not made.exists() or "rror" in done.stderr:
            return f"refuses it: {done.stderr[:200]}"
    return "opens and saves it"


if __name__ == "__main__":
    sys.exit(main())
