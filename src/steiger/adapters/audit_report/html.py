"""An audit's report as one HTML file: no scripts, nothing from outside, links to its evidence."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from steiger.engines.audit.report import Chapters, Sentence, Table

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#6b7884, #8a97a3); }
body { max-width: 48rem; margin: 0 auto; padding: 1rem; font: 1.0625rem/1.55 system-ui, sans-serif;
  color: light-dark(#14202b, #e8edf2); background: light-dark(#fff, #11181f); }
a { color: light-dark(#0b3c6e, #9cc7f5); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { text-align: start; font-weight: 600; }
th, td { padding: .3rem .6rem; text-align: start; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; vertical-align: top; }
dt { font-weight: 600; } dd { margin: 0 0 .4rem; }
:focus-visible { outline: 3px solid currentcolor; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(chapters: Chapters) -> str:
    """The page; evidence is linked relative to the audit's folder."""
    numbers = {name: number for number, name in enumerate(chapters.evidence, start=1)}
    sources = "Nachweise" if chapters.language == "de" else "Evidence"
    facts = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in chapters.facts)
    body = [
        f"<header><h1>{escape(chapters.title)}</h1><p>{escape(chapters.subtitle)}</p>",
        f"<dl>{facts}</dl></header><main>",
    ]
    for chapter in chapters.chapters:
        level = chapter.level + 1
        body.append(f"<h{level}>{escape(chapter.title)}</h{level}>")
        body += [
            _table(block) if isinstance(block, Table) else _sentence(block, numbers)
            for block in chapter.blocks
        ]
    body.append(f"<h2>{sources}</h2><ol>")
    for name, number in numbers.items():
        body.append(f'<li id="n{number}"><a href="{escape(quote(name))}">{escape(name)}</a></li>')
    body.append("</ol></main>")
    return (
        f'<!DOCTYPE html>\n<html lang="{chapters.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(chapters.title)} – {escape(chapters.subtitle)}</title>"
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _sentence(sentence: Sentence, numbers: dict[str, int]) -> str:
    links = " ".join(
        f'<a href="#n{numbers[name]}" title="{escape(name)}">[{numbers[name]}]</a>'
        for name in sentence.evidence
    )
    return f"<p>{escape(sentence.text)}{' ' if links else ''}{links}</p>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>"
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(table.caption)}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
