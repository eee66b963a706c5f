"""Which charts a report has, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steiger.engines.flood.verification.pairs import BLEND
from steiger.engines.flood.verification.report.charts import (
    FLOOD,
    MAIN,
    Axes,
    Line,
    line_chart,
)
from steiger.engines.flood.verification.words import Words

#: Bins of a reliability diagram with fewer forecasts say nothing.
LEAST_CASES = 20
BY_PROBABILITY = "blend_by_probability"


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows of plain text; rows whose place is in `main` are set in bold."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    main: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title, explanation and table."""

    title: str
    about: str
    svg: str
    table: Table


def figures(result: Mapping[str, Any], words: Words) -> list[Figure]:
    """All charts of a report."""
    made = [
        _by_lead(result, words, "persistence_index", words("over_persistence"), ""),
        _by_lead(result, words, "flood_nse", words("in_floods"), _about_floods(result, words)),
        _coverage(result, words),
        _reliability(result, words),
        _trade_off(result, words),
        _value(result, words),
    ]
    return [figure for figure in made if figure is not None]


def _about_floods(result: Mapping[str, Any], words: Words) -> str:
    settings = result["settings"]
    return words("in_floods_about", window=f"{settings['window_hours']:g}", level=settings["level"])


def _lead_axis(result: Mapping[str, Any], words: Words) -> list[tuple[float, str]]:
    minutes = [lead["lead_minutes"] for lead in result["leads"]]
    return [(place, words.hours(lead)) for place, lead in enumerate(minutes)]


def _by_lead(
    result: Mapping[str, Any], words: Words, score: str, title: str, about: str
) -> Figure | None:
    leads = result["leads"]
    methods = [m for m in leads[0]["methods"] if (m, score) != ("persistence", "persistence_index")]
    lines = []
    for method in methods:
        found = [lead["methods"][method]["median"][score] for lead in leads]
        lines.append(
            Line(
                words(method),
                [(place, entry["value"]) for place, entry in enumerate(found)],
                main=method == BLEND,
                band=[(e["low"], e["high"]) for e in found] if method == BLEND else (),
            )
        )
    shown = [y for line in lines for _, y in line.points if y is not None]
    if not shown:
        return None
    # A hopeless expert must not squeeze all others into one line.
    low = max(min(shown), -0.5)
    axes = Axes(
        x_name=words("lead"),
        y_name=words(score),
        x_ticks=_lead_axis(result, words),
        y_format=lambda y: words.number(y, 1),
        y_limits=(min(low - 0.05, 0.0), 1.0),
        x_limits=(-0.15, len(leads) - 0.85),
        zero=True,
    )
    rows = [
        [words(method), *(words.estimate(lead["methods"][method]["median"][score])
                          for lead in leads)]
        for method in methods
    ]  # fmt: skip
    table = Table(
        [words("method"), *(words.hours(lead["lead_minutes"]) for lead in leads)],
        rows,
        frozenset({methods.index(BLEND)}),
    )
    description = _described(title, words(BLEND), table.rows[methods.index(BLEND)][1:], table.head)
    return Figure(title, about, line_chart(score, description, lines, axes), table)


def _described(title: str, what: str, values: Sequence[str], head: Sequence[str]) -> str:
    pairs = (
        f"{name}: {value.partition(chr(10))[0]}"
        for name, value in zip(head[1:], values, strict=True)
    )
    return f"{title} {what}: {', '.join(pairs)}."


def _coverage(result: Mapping[str, Any], words: Words) -> Figure | None:
    leads = result["leads"]
    lines, rows = [], []
    for key, colour in (("coverage_80", MAIN), ("flood_coverage_80", FLOOD)):
        found = [lead["calibration"]["median"][key] for lead in leads]
        points = [(float(place), entry["value"]) for place, entry in enumerate(found)]
        band = [(entry["low"], entry["high"]) for entry in found]
        lines.append(Line(words(key), points, True, colour, band))
        rows.append([words(key), *(words.percent(entry["value"]) for entry in found)])
    width = [words.number(lead["calibration"]["median"]["width_80"]["value"], 3) for lead in leads]
    rows.append([words("width_80"), *width])
    if all(y is None for line in lines for _, y in line.points):
        return None
    axes = Axes(
        x_name=words("lead"),
        y_name=words("share"),
        x_ticks=_lead_axis(result, words),
        y_format=words.percent,
        y_limits=(0.4, 1.0),
        x_limits=(-0.15, len(leads) - 0.85),
        shade=(0.75, 0.85),
        shade_label=words("target"),
    )
    head = ["", *(words.hours(lead["lead_minutes"]) for lead in leads)]
    description = _described(words("coverage"), words("coverage_80"), rows[0][1:], head)
    svg = line_chart("coverage", description, lines, axes)
    return Figure(words("coverage"), words("coverage_about"), svg, Table(head, rows))


def _reliability(result: Mapping[str, Any], words: Words) -> Figure | None:
    level = result["settings"]["level"]
    leads = [lead for lead in result["leads"] if f"level_{level}" in lead["reliability"]]
    if not leads:
        return None
    # Three lines are enough: the shortest, the middle and the longest lead time.
    chosen = [leads[place] for place in sorted({0, len(leads) // 2, len(leads) - 1})]
    lines, columns = [], []
    for lead in chosen:
        found = lead["reliability"][f"level_{level}"]["not_yet_reached"]
        bins = [bin_ for bin_ in found["bins"] if bin_["count"] >= LEAST_CASES]
        points = [(bin_["mean_probability"], bin_["observed_frequency"]) for bin_ in bins]
        middle = lead is chosen[len(chosen) // 2]
        lines.append(Line(words.hours(lead["lead_minutes"]), points, middle))
        columns.append({(bin_["from"], bin_["to"]): bin_ for bin_ in bins})
    if not any(columns):
        return None
    rows = [
        [
            f"{words.percent(limits[0])} – {words.percent(limits[1])}",
            *(_frequency(column, limits, words) for column in columns),
        ]
        for limits in sorted({limits for column in columns for limits in column})
    ]
    axes = Axes(
        x_name=words("said"),
        y_name=words("happened"),
        x_ticks=[(p, words.percent(p)) for p in (0.0, 0.25, 0.5, 0.75, 1.0)],
        y_format=words.percent,
        y_limits=(0.0, 1.0),
        x_limits=(0.0, 1.0),
        diagonal=True,
    )
    about = words("reliability_about", p=words.percent(0.3), level=level, least=LEAST_CASES)
    head = [words("said")]
    head += [words("frequency_at", lead=words.hours(lead["lead_minutes"])) for lead in chosen]
    svg = line_chart("reliability", f"{words('reliability')} {about}", lines, axes)
    return Figure(words("reliability"), about, svg, Table(head, rows))


def _frequency(column: Mapping[Any, Any], limits: tuple[float, float], words: Words) -> str:
    bin_ = column.get(limits)
    if bin_ is None:
        return words("none")
    return f"{words.percent(bin_['observed_frequency'])}\n{words.number(bin_['count'], 0)}"


def _trade_off(result: Mapping[str, Any], words: Words) -> Figure | None:
    found = result["events"]["blend_by_threshold"]
    points = [
        (row["false_alarms_per_gauge_and_year"], row["pod"])
        for row in found
        if row["false_alarms_per_gauge_and_year"] is not None and row["pod"] is not None
    ]
    if len(points) < 2:
        return None
    # From cautious to bold, so that the label stands at the bold end on the right.
    lines = [Line(words(BLEND), points[::-1], True)]
    for name, row in result["events"]["methods"].items():
        if name not in {BLEND, BY_PROBABILITY} and row["hits"]:
            place = row["false_alarms_per_gauge_and_year"], row["all_gauges"]["pod"]["value"]
            lines.append(Line(words(name), [place]))
    most = max(x for line in lines for x, _ in line.points)
    axes = Axes(
        x_name=words("false_per_year"),
        y_name=words("pod"),
        x_ticks=_round_ticks(most, words.number),
        y_format=words.percent,
        y_limits=(0.0, 1.03),
        x_limits=(0.0, most * 1.05 or 1.0),
    )
    keys = ("hits", "misses", "false_alarms")
    rows = [
        [
            words.percent(row["probability"]),
            *(str(row[key]) for key in keys),
            words.percent(row["pod"]),
            words.number(row["false_alarms_per_gauge_and_year"]),
            words.hours(row["median_lead_gained_minutes"]),
        ]
        for row in found
    ]
    head = [words("threshold"), *(words(key) for key in keys), words("pod")]
    head += [words("false_per_year"), words("gained")]
    svg = line_chart("trade_off", f"{words('trade_off')}: {words('trade_off_about')}", lines, axes)
    return Figure(words("trade_off"), words("trade_off_about"), svg, Table(head, rows))


def _round_ticks(most: float, number: Callable[[float, int], str]) -> list[tuple[float, str]]:
    sizes = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    step = next((size for size in sizes if most / size <= 6), 100.0)
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    return [(i * step, number(i * step, digits)) for i in range(int(most / step) + 1)]


def _value(result: Mapping[str, Any], words: Words) -> Figure | None:
    leads = [lead for lead in result["leads"] if lead["value"]]
    if not leads:
        return None
    lead = leads[len(leads) // 2]
    rows = lead["value"]
    methods = [name for name in rows[0] if name not in {"cost_loss_ratio", "persistence"}]
    methods = [name for name in methods if any(row[name] is not None for row in rows)]
    if not methods:
        return None
    main = BY_PROBABILITY if BY_PROBABILITY in methods else BLEND
    labels = {BY_PROBABILITY: words(BLEND)}
    if main == BY_PROBABILITY:
        labels[BLEND] = words("by_median")
    lines = [
        Line(
            labels.get(name, words(name)),
            [(row["cost_loss_ratio"], row[name]) for row in rows],
            name == main,
        )
        for name in methods
    ]
    axes = Axes(
        x_name=words("ratio"),
        y_name=words("worth"),
        x_ticks=[(x, words.number(x, 2)) for x in (0.01, 0.05, 0.2, 0.5, 0.9)],
        y_format=lambda y: words.number(y, 1),
        y_limits=(-0.1, 1.0),
        log_x=True,
        zero=True,
    )
    table = [
        [words.number(row["cost_loss_ratio"]), *(words.number(row[name]) for name in methods)]
        for row in rows
    ]
    title = f"{words('value')} ({words.hours(lead['lead_minutes'])})"
    svg = line_chart("value", f"{title} {words('value_about')}", lines, axes)
    head = [words("ratio"), *(words(name) for name in methods)]
    return Figure(title, words("value_about"), svg, Table(head, table))
