"""A document as HTML. Everything is escaped; no chapter brings markup of its own."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from steiger.engines.reporting.book import Spot
from steiger.engines.reporting.writing.document import (
    Cell,
    Document,
    Drawing,
    Grid,
    Part,
    Points,
    Prose,
    Run,
    Runs,
    Title,
)

#: Address of the rows behind a figure, or empty where the reader may not open it.
RowsUrl = Callable[[Spot], str]
#: Address of a table as CSV, or empty.
TableUrl = Callable[[Grid], str]


def rendered(document: Document, rows_url: RowsUrl, table_url: TableUrl) -> SafeString:
    """All parts, one below the other."""
    writer = _Html(rows_url, table_url)
    return format_html_join("\n", "{}", ((writer.part(part),) for part in document.parts))


class _Html:
    def __init__(self, rows_url: RowsUrl, table_url: TableUrl) -> None:
        self.rows_url, self.table_url = rows_url, table_url

    def part(self, part: Part) -> SafeString:
        """One part."""
        if isinstance(part, Title):
            # The page's own title is h1, so chapters are h2.
            name = f"h{part.level + 1}"
            return format_html(
                "<{} id='{}'>{}</{}>",
                mark_safe(name),  # noqa: S308 - h2 to h4
                part.anchor,
                self.runs(part.runs),
                mark_safe(name),  # noqa: S308
            )
        if isinstance(part, Prose):
            return format_html("<p>{}</p>", self.runs(part.runs))
        if isinstance(part, Points):
            name = mark_safe("ol" if part.numbered else "ul")  # noqa: S308
            points = format_html_join("", "<li>{}</li>", ((self.runs(p),) for p in part.points))
            return format_html("<{}>{}</{}>", name, points, name)
        if isinstance(part, Drawing):
            return self.drawing(part)
        return self.grid(part)

    def runs(self, runs: Runs) -> SafeString:
        """Words in their manners."""
        return format_html_join("", "{}", ((self.run(run),) for run in runs))

    def run(self, run: Run) -> SafeString | str:
        """Some words."""
        if run.note:
            return format_html(
                '<sup><a href="#quelle-{}" aria-label="{}">[{}]</a></sup>',
                run.note,
                _("Source %(number)s") % {"number": run.note},
                run.note,
            )
        words: SafeString | str = run.text
        if run.url:
            words = format_html('<a href="{}" rel="noopener">{}</a>', run.url, words)
        elif run.spot is not None and (url := self.rows_url(run.spot)):
            words = self._opening(url, run.text)
        if run.italic:
            words = format_html("<em>{}</em>", words)
        if run.bold:
            words = format_html("<strong>{}</strong>", words)
        return words

    def _opening(self, url: str, words: str) -> SafeString:
        return format_html(
            '<a class="st-opens" href="{}" title="{}">{}</a>', url, _("Open the rows"), words
        )

    def grid(self, grid: Grid) -> SafeString:
        """A table with caption, header row and header column."""
        head = format_html_join("", '<th scope="col">{}</th>', ((c,) for c in grid.columns))
        last = len(grid.rows) - 1
        body = format_html_join(
            "",
            "<tr{}>{}</tr>",
            (
                (
                    mark_safe(' class="st-total"') if grid.total and i == last else "",
                    format_html_join("", "{}", ((self.cell(c),) for c in row)),
                )
                for i, row in enumerate(grid.rows)
            ),
        )
        return format_html(
            '<figure class="st-report-table"><div class="st-scroll" tabindex="0" role="group" '
            'aria-label="{caption}"><table class="st-table"><caption>{word} {number}: {caption}'
            "</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            "{notes}</figure>",
            word=_("Table"),
            number=grid.number,
            caption=grid.caption,
            head=head,
            body=body,
            notes=self.notes(grid),
        )

    def cell(self, cell: Cell) -> SafeString:
        """One cell; a figure opens to its rows."""
        if cell.header:
            return format_html('<th scope="row">{}</th>', cell.text)
        words: SafeString | str = cell.text
        if cell.withheld:
            words = format_html(
                '<span aria-hidden="true">{}</span><span class="kern-sr-only">{}</span>',
                cell.text,
                _("withheld"),
            )
        if cell.spot is not None and (url := self.rows_url(cell.spot)):
            words = self._opening(url, words)
        return format_html('<td class="st-number">{}</td>', words)

    def drawing(self, drawing: Drawing) -> SafeString:
        """A picture with its words, and the table one key away."""
        svg = drawing.svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
        return format_html(
            '<figure class="st-report-drawing st-report-drawing--{kind}">'
            '<div class="st-scroll" role="img" tabindex="0" aria-label="{alt}">{svg}</div>'
            "<figcaption>{word} {number}: {caption}</figcaption>"
            "<details><summary>{show}</summary>{table}</details></figure>",
            kind=drawing.kind,
            alt=drawing.alt,
            svg=mark_safe(svg),  # noqa: S308 - drawn by the engine, texts escaped there
            word=_("Figure"),
            number=drawing.number,
            caption=drawing.caption,
            show=_("Show as a table"),
            table=self.grid(drawing.grid),
        )

    def notes(self, grid: Grid) -> SafeString:
        """What a reader must know of a table, and the table to take along."""
        lines = format_html_join("", "<li>{}</li>", ((note,) for note in grid.notes))
        if url := self.table_url(grid):
            words = _("Table %(number)s as CSV") % {"number": grid.number}
            lines += format_html('<li><a href="{}">{}</a></li>', url, words)
        return format_html('<ul class="st-report-notes">{}</ul>', lines) if lines else lines
