// The living map. The list beside it is the truth: its items say where a gauge is and what it
// shows, and whenever the page renews the list, the pins follow.
import { painter, wanted } from "../map/ability.js";
import { attribution, buttons } from "../map/controls.js";
import { getJson } from "../map/data.js";
import { h } from "../map/dom.js";
import { colours, onTheme } from "../map/theme.js";
import { Pins } from "./pins.js";
import { words } from "./words.js";

const COURSE_WIDTH = ["interpolate", ["linear"], ["zoom"], 8, 2, 13, 6];

/**
 * Draws the map over the plain drawing that an element holds; whatever fails, the drawing stays.
 *
 * The map lives in a part of its own, which stays as it is when the page renews the drawing.
 */
export async function mountValley(root) {
  const live = root.querySelector(".st-flood-map__live");
  const by = painter();
  if (by === "none" || !root.dataset.bounds) return;
  const asked = await wanted(live, words.move);
  try {
    const [base, areas] = await Promise.all([import("../map/base.js"), getJson(root.dataset.areasUrl)]);
    start(live, root.dataset, base, areas, { software: by === "software", asked });
  } catch (error) {
    console.error(error);
  }
}

function start(root, given, base, areas, { software, asked }) {
  const [west, south, east, north] = given.bounds.split(",").map(Number);
  const bounds = [west, south, east, north];
  const fitting = { padding: { top: 40, bottom: 56, left: 24, right: 150 } };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const coarse = matchMedia("(pointer: coarse)").matches;
  const stage = h("div", { class: "st-map-stage" });
  root.append(stage);
  const map = base.baseMap(stage, areas, colours(), {
    view: { bounds, fitBoundsOptions: fitting },
    coarse,
    software,
  });
  map.on("error", ({ error }) => console.error(error));
  if (given.municipalitiesUrl) base.municipalitiesWhenClose(map, areas, given.municipalitiesUrl);
  const canvas = map.getCanvas();
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", words.map);
  canvas.setAttribute("aria-describedby", "talkarte-hint");
  root.append(h("p", { id: "talkarte-hint", class: "kern-sr-only" }, words.hint));
  const whole = () => map.fitBounds(bounds, { ...fitting, duration: still ? 0 : 400 });
  root.append(buttons({ map, showAll: whole }, root), h("div", { class: "st-map-foot" }, attribution(areas.attribution)));
  const pins = new Pins(root, map, areas.towns);
  const drawCourse = () => course(map, JSON.parse(given.course || "[]"));
  map.once("load", drawCourse);
  map.once("render", () => {
    root.classList.add("is-live");
    pins.draw();
    root.querySelector(".st-map-start")?.remove();
    if (asked) canvas.focus();
  });
  repaintWhenMoved(root, map);
  onTheme(() => {
    map.recolour(colours());
    if (map.getLayer("course")) map.setPaintProperty("course", "line-color", colours().river);
  });
}

/**
 * A page that renews itself takes the map out and puts it back. Safari forgets what was drawn then, and
 * would show an empty ground until somebody moves the map.
 */
function repaintWhenMoved(root, map) {
  const back = ({ addedNodes }) => [...addedNodes].some((node) => node.contains(root));
  new MutationObserver((changes) => {
    if (changes.some(back)) map.triggerRepaint();
  }).observe(document.getElementById("flood-now"), { childList: true, subtree: true });
}

/** The water of the simulated valley, above the schematic rivers of the base. */
function course(map, lines) {
  if (!lines.length || map.getSource("course")) return;
  map.addSource("course", {
    type: "geojson",
    data: { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } },
  });
  map.addLayer({
    id: "course",
    type: "line",
    source: "course",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colours().river, "line-width": COURSE_WIDTH },
  });
}
