"""The page: what it says first, then the charts with their tables, then everything else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from steiger.engines.flood.verification.pairs import BLEND
from steiger.engines.flood.verification.report.figures import Figure, Table, figures
from steiger.engines.flood.verification.words import Words

#: What the scores rest on; DOIs are the same in every language.
SOURCES = (
    ("NSE", "Nash, Sutcliffe 1970", "10.1016/0022-1694(70)90255-6"),
    ("KGE", "Gupta et al. 2009", "10.1016/j.jhydrol.2009.08.003"),
    ("Persistence index", "Kitanidis, Bras 1980", "10.1029/WR016i006p01034"),
    ("CRPS", "Laio, Tamea 2007", "10.5194/hess-11-1267-2007"),
    ("Brier", "Stephenson et al. 2008", "10.1175/2007WAF2006116.1"),
    ("POD, FAR, CSI", "Schaefer 1990", "10.1175/1520-0434(1990)005<0570:TCSIAA>2.0.CO;2"),
    ("Value", "Richardson 2000", "10.1002/qj.49712656313"),
    ("Bootstrap", "Künsch 1989", "10.1214/aos/1176347265"),
)
SCORES = ("nse", "kge", "persistence_index", "flood_nse", "crps")
RATES = ("pod", "far", "csi")


def html_report(result: Mapping[str, Any], language: str = "en") -> str:
    """The report of a verification (`verify`) in German (“de”) or English (“en”).

    One document without scripts and without anything from elsewhere; the same result gives the
    same text.

    Raises:
        VerificationError: the language is unknown.
    """
    words = Words(language)
    title = f"{words('title')} · {result['network']}"
    style = files("steiger.engines.flood.verification.report").joinpath("style.css")
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style.read_text(encoding='utf-8')}</style></head>",
            "<body><main>",
            *_opening(result, words),
            *(part for figure in figures(result, words) for part in _section(figure)),
            *_event_section(result, words),
            *_open_questions(result, words),
            *_everything(result, words),
            "</main>",
            *_footer(result, words),
            "</body></html>",
            "",
        ]
    )


def _opening(result: Mapping[str, Any], words: Words) -> list[str]:
    extent = result["forecasts"]
    text = words(
        "extent" if len(extent["gauges"]) != 1 else "extent_one",
        rows=words.number(extent["rows"], 0),
        gauges=len(extent["gauges"]),
        start=extent["from"][:16].replace("T", " "),
        end=extent["to"][:16].replace("T", " "),
    )
    checked = words("checked" if result.get("observations_checked") else "unchecked")
    return [
        f"<h1>{escape(words('title'))}</h1>",
        f"<p>{escape(words('for', network=result['network']))}. {escape(text)} "
        f"{escape(checked)}</p>",
        f"<p>{escape(words('medians'))}</p>",
    ]


def _section(figure: Figure) -> list[str]:
    return [
        f"<section><h2>{escape(figure.title)}</h2>",
        f"<p>{escape(figure.about)}</p>" if figure.about else "",
        '<div class="pair">',
        f"<figure>{figure.svg}</figure>",
        _table(figure.table, figure.title),
        "</div></section>",
    ]


def _table(table: Table, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    body = []
    for number, row in enumerate(table.rows):
        first, *rest = row
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in rest)
        bold = ' class="main"' if number in table.main else ""
        body.append(f'<tr{bold}><th scope="row">{escape(first)}</th>{cells}</tr>')
    # Where the second column holds words, too, they are set like words.
    kind = ' class="second-word"' if any(row[1][:1].isalpha() for row in table.rows) else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table{kind}>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    value, _, interval = text.partition("\n")
    return escape(value) + (f"<small>{escape(interval)}</small>" if interval else "")


def _event_section(result: Mapping[str, Any], words: Words) -> list[str]:
    events, settings = result["events"], result["settings"]
    observed = events["observed"].get(f"level_{settings['level']}", 0)
    about = words(
        "events_about",
        events=observed,
        level=settings["level"],
        years=words.number(events["gauge_years"], 1),
        tolerance=f"{settings['tolerance_hours']:g}",
    )
    head = [words("lead"), words("method"), words("hits"), words("misses"), words("false_alarms")]
    head += [words("pod"), words("far"), words("gained"), words("false_per_year")]
    rows: list[list[str]] = []
    main: set[int] = set()
    groups = [(words.hours(lead["lead_minutes"]), lead["events"]) for lead in result["leads"]]
    for name, methods in [*groups, (words("any_lead"), events["methods"])]:
        for number, (method, row) in enumerate(methods.items()):
            if method == BLEND:
                main.add(len(rows))
            rows.append([name if number == 0 else "", words(method), *_event_row(row, words)])
    title = words("events")
    table = _table(Table(head, rows, frozenset(main)), title)
    return [f"<section><h2>{escape(title)}</h2><p>{escape(about)}</p>{table}</section>"]


def _event_row(row: Mapping[str, Any], words: Words) -> list[str]:
    rates = row["all_gauges"]
    return [
        *(str(row[key]) for key in ("hits", "misses", "false_alarms")),
        words.estimate(rates["pod"]) if row["decided"]["pod"] else words("undecided"),
        words.estimate(rates["far"]) if row["decided"]["far"] else words("undecided"),
        words.hours(row["median_lead_gained_minutes"]),
        words.number(row["false_alarms_per_gauge_and_year"]),
    ]


def _open_questions(result: Mapping[str, Any], words: Words) -> list[str]:
    if not result["undecided"]:
        return []
    items = "".join(f"<li>{escape(note[words.language])}</li>" for note in result["undecided"])
    return [f"<section><h2>{escape(words('open'))}</h2><ul>{items}</ul></section>"]


def _everything(result: Mapping[str, Any], words: Words) -> list[str]:
    return [
        f"<section><h2>{escape(words('all_scores'))}</h2>",
        _table(_method_table(result, words), words("all_scores")),
        f"<h2>{escape(words('crossings'))}</h2>",
        f"<p>{escape(words('crossings_about', level=result['settings']['level']))}</p>",
        _table(_crossing_table(result, words), words("crossings")),
        f"<h2>{escape(words('against'))}</h2>",
        _table(_against_table(result, words), words("against")),
        f"<details><summary>{escape(words('gauges'))}</summary>",
        _table(_gauge_table(result, words), words("gauges")),
        "</details></section>",
    ]


def _method_table(result: Mapping[str, Any], words: Words) -> Table:
    rows: list[list[str]] = []
    main: set[int] = set()
    for lead in result["leads"]:
        for number, (method, found) in enumerate(lead["methods"].items()):
            if method == BLEND:
                main.add(len(rows))
            name = "" if number else words.hours(lead["lead_minutes"])
            values = [
                words.estimate(found["median"][score], 3 if score == "crps" else 2)
                for score in SCORES
            ]
            rows.append([name, words(method), *values])
    head = [words("lead"), words("method"), *(words(score) for score in SCORES)]
    return Table(head, rows, frozenset(main))


def _crossing_table(result: Mapping[str, Any], words: Words) -> Table:
    rows: list[list[str]] = []
    main: set[int] = set()
    for lead in result["leads"]:
        for number, (method, found) in enumerate(lead["new_crossings_flood_level"].items()):
            if method == BLEND:
                main.add(len(rows))
            name = "" if number else words.hours(lead["lead_minutes"])
            counts = [str(found[key]) for key in ("hits", "misses", "false_alarms")]
            rates = [words.estimate(found["median"][rate]) for rate in RATES]
            rows.append([name, words(method), *counts, *rates])
    head = [words("lead"), words("method"), words("hits"), words("misses"), words("false_alarms")]
    return Table([*head, *(words(rate) for rate in RATES)], rows, frozenset(main))


def _against_table(result: Mapping[str, Any], words: Words) -> Table:
    rows = [
        [
            "" if number else words.hours(lead["lead_minutes"]),
            words(method),
            words.estimate(found),
            words(found["verdict"]),
        ]
        for lead in result["leads"]
        for number, (method, found) in enumerate(lead["blend_against"].items())
    ]
    return Table([words("lead"), words("method"), words("skill"), ""], rows)


def _gauge_table(result: Mapping[str, Any], words: Words) -> Table:
    rows = []
    for lead in result["leads"]:
        scores = lead["methods"][BLEND]["gauges"]
        rates = lead["new_crossings_flood_level"].get(BLEND, {}).get("gauges", {})
        for number, (gauge, row) in enumerate(scores.items()):
            rows.append(
                [
                    "" if number else words.hours(lead["lead_minutes"]),
                    gauge,
                    *(words.number(row[score], 3 if score == "crps" else 2) for score in SCORES),
                    *(words.number(rates.get(gauge, {}).get(rate)) for rate in RATES),
                ]
            )
    head = [words("lead"), words("gauge"), *(words(name) for name in (*SCORES, *RATES))]
    return Table(head, rows)


def _footer(result: Mapping[str, Any], words: Words) -> list[str]:
    sources = "".join(
        f"<li>{escape(score)}: {escape(authors)}, doi:{escape(doi)}</li>"
        for score, authors, doi in SOURCES
    )
    digests = (
        f"network {result['network_digest'][:16]}, observations "
        f"{result['observations_digest'][:16]}, forecasts {result['forecasts']['digest'][:16]}"
    )
    return [
        f"<footer><p>{escape(words('methods_about'))}</p><ul>{sources}</ul>",
        f"<p>SHA-256: {digests}</p></footer>",
    ]
