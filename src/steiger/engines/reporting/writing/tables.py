"""Tables and drawings of live figures."""

from __future__ import annotations

from collections.abc import Sequence

from steiger.engines.reporting.book import Spot
from steiger.engines.reporting.drawing.areas import districts_map
from steiger.engines.reporting.drawing.bars import Bar, lying, standing
from steiger.engines.reporting.indicators import MONTH, MONTH_DIMENSION, label
from steiger.engines.reporting.periods import MONTHS, Period
from steiger.engines.reporting.words import (
    CHANGE,
    INDICATOR,
    NOT_COLLECTED,
    NOT_COLLECTED_NOTE,
    NOT_COMPARED,
    SEVERAL_NOTE,
    SOURCE,
    TOTAL,
    WITHHELD,
    WITHHELD_NOTE,
    Text,
    change,
    number,
)
from steiger.engines.reporting.writing.ask import moved, values_of
from steiger.engines.reporting.writing.blocks import KeyFigures, LiveChart, LiveMap, LiveTable
from steiger.engines.reporting.writing.compose import Context, anchor
from steiger.engines.reporting.writing.document import Cell, Drawing, Grid

_BY = Text("nach", "by")
_AND = Text("und", "and")
_KEY_FIGURES = Text("Kennzahlen im Überblick", "Key figures at a glance")
_HIGHEST = Text("Am höchsten", "Highest")
_TABLE_BELOW = Text(
    "Alle Werte stehen in der Tabelle darunter.", "All values stand in the table below."
)
_MAP_OF = Text("Karte", "Map")
_BARS_OF = Text("Balkendiagramm", "Bar chart")
_NONE = Text("keine", "none")
_SECRET = Text("geheim", "withheld")
_NO_VALUES = Text("Es gibt keine Werte.", "There are no values.")


def key_table(block: KeyFigures, context: Context) -> Grid:
    """Whole figures with those of the period before and the change."""
    language = context.language
    rows = []
    for key in block.indicators:
        indicator = context.indicator(key)
        spots = (Spot(key, context.period), Spot(key, context.before))
        rows.append((_head(indicator.name.of(language)), *_compared(*spots, context)))
    columns = (INDICATOR.of(language), *_period_columns(context))
    return _grid(block.caption or _KEY_FIGURES.of(language), columns, rows, context)


def table(block: LiveTable, context: Context) -> Grid:
    """A figure divided by one dimension with comparison, or by two."""
    if len(block.dimensions) == 2:
        return _crossed(block, context)
    key, name = block.indicator, block.dimensions[0]
    language = context.language
    rows = []
    for value in ordered(context, key, name, context.period, context.before):
        earlier = moved(name, value, context.before, context.period)
        spots = (
            Spot(key, context.period, ((name, value),)),
            Spot(key, context.before, ((name, earlier),)),
        )
        head = _head(label(context.labels, name, value, language))
        rows.append((head, *_compared(*spots, context)))
    whole = (Spot(key, context.period), Spot(key, context.before))
    rows.append((_head(TOTAL.of(language)), *_compared(*whole, context)))
    columns = (_dimension(context, key, name), *_period_columns(context))
    caption = block.caption or caption_of(context, key, (name,))
    return _grid(caption, columns, rows, context, key=key, dimensions=(name,), total=True)


def _crossed(block: LiveTable, context: Context) -> Grid:
    key, (down, across) = block.indicator, block.dimensions
    language = context.language
    lists = [ordered(context, key, name, context.period) for name in (down, across)]

    def line(fixed: tuple[tuple[str, str], ...]) -> tuple[Cell, ...]:
        places = [tuple(sorted((*fixed, (across, value)))) for value in lists[1]]
        return tuple(_cell(Spot(key, context.period, where), context) for where in (*places, fixed))

    rows = [
        (_head(label(context.labels, down, value, language)), *line(((down, value),)))
        for value in lists[0]
    ]
    rows.append((_head(TOTAL.of(language)), *line(())))
    heads = [label(context.labels, across, value, language) for value in lists[1]]
    columns = (_dimension(context, key, down), *heads, TOTAL.of(language))
    words = f"{caption_of(context, key, (down, across))}, {context.period.label(language)}"
    return _grid(
        block.caption or words,
        columns,
        rows,
        context,
        key=key,
        dimensions=(down, across),
        total=True,
    )


def drawn_chart(block: LiveChart, context: Context) -> Drawing:
    """Bars with the table behind them."""
    key, name = block.indicator, block.dimension
    grid = _column(key, name, block.caption, context)
    body = grid.rows[:-1]
    if name == MONTH:
        months = [
            Period.of(value).first.month for value in ordered(context, key, name, context.period)
        ]
        names = [MONTHS[context.language][month - 1][:3] for month in months]
        bars = [Bar(n, row[1].value, row[1].text) for n, row in zip(names, body, strict=True)]
        svg, width, height = standing(bars)
    else:
        bars = [Bar(row[0].text, row[1].value, row[1].text) for row in body]
        svg, width, height = lying(bars)
    alt = _alt(_BARS_OF, grid, context)
    number_ = context.next_number("drawing")
    return Drawing(
        number_, grid.key, "bars", grid.caption, svg, alt, width, height, grid, grid.notes
    )


def drawn_map(block: LiveMap, context: Context) -> Drawing:
    """Districts, the darker the more."""
    key, name = block.indicator, block.dimension
    grid = _column(key, name, block.caption, context)
    values = ordered(context, key, name, context.period)
    cells = {value: row[1] for value, row in zip(values, grid.rows[:-1], strict=True)}
    secret = frozenset(value for value, cell in cells.items() if cell.withheld)
    known = {value: cell.value for value, cell in cells.items() if cell.value is not None}
    words = {"zero": _NONE.of(context.language), "withheld": _SECRET.of(context.language)}
    svg, width, height = districts_map(context.districts, known, secret, words)
    svg = svg.replace("st-hatch", f"st-hatch-{grid.number}").replace(
        f'class="st-draw-hatch-{grid.number}', 'class="st-draw-hatch'
    )
    alt = _alt(_MAP_OF, grid, context)
    number_ = context.next_number("drawing")
    return Drawing(
        number_, grid.key, "map", grid.caption, svg, alt, width, height, grid, grid.notes
    )


def ordered(context: Context, key: str, dimension: str, *periods: Period) -> tuple[str, ...]:
    """The values that occur in the order of their vocabulary; “not stated” comes last."""
    if dimension == MONTH:
        return values_of(context.book, key, dimension, context.period)
    found = values_of(context.book, key, dimension, *periods)
    places = {value: number for number, value in enumerate(context.labels.get(dimension, {}))}
    return tuple(sorted(found, key=lambda v: (not v, places.get(v, len(places)), v)))


def caption_of(context: Context, key: str, dimensions: Sequence[str]) -> str:
    """“Consultations by size and sector”."""
    language = context.language
    names = [_dimension(context, key, name) for name in dimensions]
    joined = f" {_AND.of(language)} ".join(names)
    return f"{context.indicator(key).name.of(language)} {_BY.of(language)} {joined}"


def _column(key: str, name: str, caption: str, context: Context) -> Grid:
    language = context.language
    rows = [
        (
            _head(label(context.labels, name, value, language)),
            _cell(Spot(key, context.period, ((name, value),)), context),
        )
        for value in ordered(context, key, name, context.period)
    ]
    rows.append((_head(TOTAL.of(language)), _cell(Spot(key, context.period), context)))
    period = context.period.label(language)
    caption = caption or f"{caption_of(context, key, (name,))}, {period}"
    columns = (_dimension(context, key, name), context.indicator(key).unit.of(language))
    return _grid(caption, columns, rows, context, key=key, dimensions=(name,), total=True)


def _alt(kind: Text, grid: Grid, context: Context) -> str:
    """What a drawing says, for those who do not see it."""
    language = context.language
    known = [(c[1].value, c[0].text) for c in grid.rows[:-1] if c[1].value]
    top = sorted(known, key=lambda pair: (-pair[0], pair[1]))[:3]
    said = ", ".join(f"{name} {number(value, language)}" for value, name in top)
    highest = f"{_HIGHEST.of(language)}: {said}." if said else _NO_VALUES.of(language)
    return f"{kind.of(language)}: {grid.caption}. {highest} {_TABLE_BELOW.of(language)}"


def _dimension(context: Context, key: str, name: str) -> str:
    dimension = context.indicator(key).dimension(name) or MONTH_DIMENSION
    return dimension.name.of(context.language)


def _period_columns(context: Context) -> tuple[str, str, str]:
    language = context.language
    return (
        context.period.label(language),
        context.before.label(language),
        CHANGE.of(language),
    )


def _head(words: str) -> Cell:
    return Cell(words, header=True)


def _cell(spot: Spot, context: Context) -> Cell:
    value = context.value(spot)
    if spot in context.uncollected:
        return Cell(NOT_COLLECTED.of(context.language), uncollected=True)
    if value is None:
        return Cell(WITHHELD, spot=spot, withheld=True)
    return Cell(number(value, context.language), value, spot)


def _compared(now: Spot, before: Spot, context: Context) -> tuple[Cell, Cell, Cell]:
    cells = _cell(now, context), _cell(before, context)
    if context.uncollected & {now, before}:
        return (*cells, Cell(NOT_COMPARED))
    values = cells[0].value, cells[1].value
    if values[0] is None or values[1] is None:
        return (*cells, Cell(WITHHELD, withheld=True))
    return (*cells, Cell(change(values[0], values[1], context.language)))


def _grid(
    caption: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Cell, ...]],
    context: Context,
    *,
    key: str = "",
    dimensions: tuple[str, ...] = (),
    total: bool = False,
) -> Grid:
    language = context.language
    notes = []
    if any(cell.withheld for row in rows for cell in row):
        notes.append(WITHHELD_NOTE.of(language))
    if any(cell.uncollected for row in rows for cell in row):
        notes.append(NOT_COLLECTED_NOTE.of(language))
    if key:
        indicator = context.indicator(key)
        if any((d := indicator.dimension(name)) and d.several for name in dimensions):
            notes.append(SEVERAL_NOTE.of(language))
        notes.append(f"{SOURCE.of(language)}: {indicator.source.of(language)}.")
    counter = context.next_number("table")
    return Grid(
        counter, f"{counter}-{anchor(caption)}", caption, columns, tuple(rows), tuple(notes), total
    )
