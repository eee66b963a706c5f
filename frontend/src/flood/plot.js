// The picture itself, with Observable Plot. Colours come from the page's variables by class.
import * as Plot from "@observablehq/plot";
import { day, dayHour, hour, hourOfDay, number, unit, words } from "./words.js";

const HOUR = 3_600_000;
const RAIN_PART = 0.22;
const BANDS = [["90", "q05", "q95"], ["80", "q10", "q90"], ["50", "q25", "q75"]];

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** One chart as an SVG element. */
export function plot(data, width, height) {
  const colour = {
    line: variable("--st-primary"),
    text: variable("--st-text"),
    muted: variable("--st-muted"),
    grid: variable("--st-hairline"),
    rain: variable("--st-map-river"),
    ground: variable("--st-ground"),
    levels: [1, 2, 3].map((n) => variable(`--st-level-warn-${n}`)),
  };
  const rows = reading(data);
  const small = width < 560;
  const scale = limits(rows, height);
  const marks = [
    ...axes(rows, scale, colour, width),
    ...rain(rows, scale, colour),
    ...bands(rows, colour),
    ...lines(rows, colour, small),
    ...levels(rows, scale, colour, small),
    ...now(rows, scale, colour, width),
    tip(rows, scale, colour),
  ];
  return withNonce(() =>
    Plot.plot({
      width,
      height,
      marginLeft: 44,
      marginRight: 14,
      marginTop: 22,
      marginBottom: 34,
      style: { fontSize: "13px", fontFamily: "inherit", background: "transparent", color: colour.text, overflow: "visible" },
      x: { domain: [rows.first, rows.last], type: "time", axis: null },
      y: { domain: [scale.low, scale.top], axis: null },
      marks,
    }),
  );
}

/** Times become dates. */
function reading(data) {
  const date = (text) => new Date(text);
  const row = ([time, value]) => ({ time: date(time), value });
  const leads = data.leads.map((lead) => ({ ...lead, time: date(lead.time) }));
  const observed = data.observed.map(row);
  const last = observed.findLast(({ value }) => value !== null);
  const start = last && Object.fromEntries(["q05", "q10", "q25", "q50", "q75", "q90", "q95"].map((q) => [q, last.value]));
  return {
    unit: unit(data.unit),
    atText: data.at ?? words.made,
    first: date(data.first),
    last: date(data.last),
    at: date(data.issue_time),
    observed,
    later: data.later.map(row),
    rain: data.rain.map(row).concat(data.rain_later.map((r) => ({ ...row(r), later: true }))),
    ahead: data.rain_ahead.map(([time, low, mid, high]) => ({ time: date(time), low, value: mid, high })),
    leads,
    fan: start ? [{ time: last.time, ...start }, ...leads] : leads,
    levels: data.levels,
  };
}

/** The axis of values; the upper part of the picture belongs to the rain. */
function limits(rows, height) {
  const values = [...rows.observed, ...rows.later].map(({ value }) => value).filter((v) => v !== null);
  for (const lead of rows.leads) values.push(lead.q05, lead.q95);
  let low = Math.min(...values), high = Math.max(...values);
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  // The next level above is part of the picture, unless it is so far that it would flatten it.
  const near = high + 1.5 * (high - low) + 0.5;
  const above = rows.levels.filter(({ value }) => value > high && value <= near).slice(0, 1);
  high = Math.max(high, ...rows.levels.slice(0, 1).concat(above).map(({ value }) => value));
  const room = Math.max(0.1, (high - low) * 0.06);
  low = Math.max(low - room, Math.min(0, low));
  high += room;
  // Lines may reach into the lower part of the rain, not further.
  const top = low + (high - low) / (1 - RAIN_PART * 0.7);
  const rainBottom = top - (top - low) * RAIN_PART;
  const most = Math.max(4, ...rows.rain.map(({ value }) => value ?? 0), ...rows.ahead.map(({ high: h }) => h));
  return { low, high, top, rainBottom, height, rainMost: niceAbove(most), rain: (mm) => top - (mm / niceAbove(most)) * (top - rainBottom) };
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((n) => n * power).find((n) => n >= value * 0.999999);
}

function axes(rows, scale, colour, width) {
  const hours = (rows.last - rows.first) / HOUR;
  const step = [3, 6, 12, 24, 48, 96, 168].find((h) => hours / h <= Math.max(3, width / 95)) ?? 336;
  const ticks = [];
  for (let t = Math.ceil(rows.first / HOUR) * HOUR; t <= rows.last; t += HOUR) {
    const at = new Date(t);
    const days = Math.round((t - rows.first) / (24 * HOUR));
    if (hourOfDay(at) % Math.min(step, 24) === 0 && (step <= 24 || days % (step / 24) === 0)) ticks.push(at);
  }
  const values = valueTicks(scale.low, scale.high);
  const digits = scale.high - scale.low >= 1 ? 1 : 2;
  return [
    Plot.ruleY(values, { stroke: colour.grid, strokeWidth: 1 }),
    Plot.ruleX(ticks, { stroke: colour.grid, strokeWidth: (d) => (hourOfDay(d) === 0 ? 1.6 : 0.8) }),
    Plot.axisY(values, { anchor: "left", tickSize: 0, tickFormat: (v) => number(v, digits), label: null, color: colour.muted }),
    Plot.axisX(ticks, { anchor: "bottom", tickSize: 0, tickFormat: (d) => (hourOfDay(d) === 0 ? day(d) : hour(d)), label: null, color: colour.muted }),
    Plot.text([rows.unit], { frameAnchor: "bottom-left", dx: -8, dy: 22, textAnchor: "end", fill: colour.muted, text: (d) => d }),
    Plot.text([`${words.rain} (0–${number(scale.rainMost, 0)})`], { frameAnchor: "top-left", dy: -14, textAnchor: "start", fill: colour.muted, text: (d) => d }),
  ];
}

function valueTicks(low, high) {
  const least = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.999999);
  const found = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9; v += step) found.push(Number(v.toFixed(6)));
  return found;
}

function rain(rows, scale, colour) {
  const step = rows.rain.length > 1 ? rows.rain[1].time - rows.rain[0].time : HOUR;
  const bar = (list, options) =>
    Plot.rect(
      list.filter(({ value, time }) => value >= 0.05 && time > rows.first && time <= rows.last),
      { x1: (d) => new Date(d.time - step), x2: "time", y1: scale.top, y2: (d) => scale.rain(d.value), insetLeft: 0.5, insetRight: 0.5, ...options },
    );
  return [
    bar(rows.rain.filter(({ later }) => !later), { fill: colour.rain }),
    bar(rows.rain.filter(({ later }) => later), { fill: colour.rain, fillOpacity: 0.45 }),
    bar(rows.ahead, { fill: colour.rain, fillOpacity: 0.28, stroke: colour.rain, strokeWidth: 1, strokeDasharray: "2 2" }),
  ];
}

function bands(rows, colour) {
  return BANDS.map(([name, low, high]) =>
    Plot.areaY(rows.fan, { x: "time", y1: low, y2: high, fill: colour.line, fillOpacity: { 90: 0.1, 80: 0.13, 50: 0.22 }[name] }),
  );
}

function lines(rows, colour, small) {
  return [
    rows.later.length ? Plot.lineY(rows.later, { x: "time", y: "value", stroke: colour.text, strokeWidth: 1.6, strokeDasharray: "1 4", strokeLinecap: "round" }) : null,
    Plot.lineY(rows.observed, { x: "time", y: "value", stroke: colour.line, strokeWidth: 2.6 }),
    Plot.lineY(rows.fan, { x: "time", y: "q50", stroke: colour.line, strokeWidth: 2, strokeDasharray: "6 4" }),
    Plot.dot(rows.leads, { x: "time", y: "q50", r: small ? 2.5 : 3.5, fill: colour.ground, stroke: colour.line, strokeWidth: 2 }),
  ];
}

/** Each level as a line with its name. */
function levels(rows, scale, colour, small) {
  const perPixel = (scale.top - scale.low) / (scale.height - 56);
  const shown = rows.levels.filter(({ value }) => value <= scale.high);
  const heights = nameHeights(shown.map(({ value }) => value / perPixel));
  return shown.flatMap(({ number: n, value, label }, place) => {
    const hue = colour.levels[Math.min(n, 3) - 1];
    const at = heights[place] * perPixel;
    const text = small ? label : `${label} · ${number(value)} ${rows.unit}`;
    return [
      Plot.ruleY([value], { stroke: hue, strokeWidth: 1.5, strokeDasharray: ["8 3", "4 3", null][Math.min(n, 3) - 1] }),
      Plot.text([text], { x: rows.first, y: at, dx: 6, textAnchor: "start", lineAnchor: "bottom", fill: hue, stroke: colour.ground, strokeWidth: 4, fontWeight: 600, text: (d) => d }),
    ];
  });
}

/** Where names of lines stand, in pixels upwards: above their line, or, where lines are too close
 * for that, above the highest of them in their order. */
function nameHeights(lines) {
  const found = [];
  let group = 0;
  lines.forEach((line, place) => {
    group += 1;
    if ((lines[place + 1] ?? Infinity) - line < 5 + 15 * group) return;
    for (let i = 0; i < group; i += 1) found.push(line + 4 + 15 * i);
    group = 0;
  });
  return found;
}

function now(rows, scale, colour, width) {
  const part = (rows.at - rows.first) / (rows.last - rows.first);
  const left = part > 0.75 || part * (width - 58) + 7 * rows.atText.length > width - 72;
  return [
    Plot.ruleX([rows.at], { stroke: colour.text, strokeWidth: 1.5 }),
    Plot.text([rows.atText], { x: rows.at, y: scale.low, dx: left ? -6 : 6, dy: -6, textAnchor: left ? "end" : "start", lineAnchor: "bottom", fill: colour.text, stroke: colour.ground, strokeWidth: 4, text: (d) => d }),
  ];
}

/** What is known of the time under the pointer. */
function tip(rows, scale, colour) {
  const later = new Map(rows.later.map(({ time, value }) => [Number(time), value]));
  const rainOf = new Map(rows.rain.map(({ time, value }) => [Number(time), value]));
  const known = rows.observed
    .filter(({ value }) => value !== null)
    .map(({ time, value }) => ({ time, y: value, lines: [`${words.measured}: ${number(value)} ${rows.unit}`] }));
  const coming = rows.leads.map((lead) => ({
    time: lead.time,
    y: lead.q50,
    lines: [
      `${words.forecast}: ${number(lead.q50)} ${rows.unit}`,
      `${words.likely}: ${number(lead.q10)}–${number(lead.q90)} ${rows.unit}`,
      later.has(Number(lead.time)) && later.get(Number(lead.time)) !== null ? `${words.came}: ${number(later.get(Number(lead.time)))} ${rows.unit}` : null,
    ],
  }));
  const all = [...known, ...coming].map((row) => {
    const mm = rainOf.get(Number(row.time));
    const lines = mm >= 0.05 ? [...row.lines, `${words.rain.split(",")[0]}: ${number(mm, 1)} mm`] : row.lines;
    return { ...row, text: [dayHour(row.time), ...lines.filter(Boolean)].join("\n") };
  });
  return Plot.tip(all, Plot.pointerX({ x: "time", y: "y", title: "text", fill: colour.ground, stroke: colour.muted, fontSize: 14, textPadding: 10 }));
}

/** Plot writes a <style> of its own; the page's policy allows it only with the page's nonce. */
function withNonce(make) {
  const nonce = document.querySelector("script[nonce]")?.nonce;
  const original = document.createElementNS;
  document.createElementNS = function create(space, name) {
    const element = original.call(this, space, name);
    if (name === "style" && nonce) element.nonce = nonce;
    return element;
  };
  try {
    return make();
  } finally {
    delete document.createElementNS;
  }
}
