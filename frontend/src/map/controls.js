// What lies over the map: buttons, the choice of what is shown, the legend, the attribution.
import { drawing, h } from "./dom.js";
import { language, number, words } from "./words.js";

const ICONS = {
  plus: ["M10 4v12", "M4 10h12"],
  minus: ["M4 10h12"],
  whole: ["M4 8V4h4", "M16 8V4h-4", "M4 12v4h4", "M16 12v4h-4", "M10 8.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3"],
  full: ["M12 4h4v4", "M8 16H4v-4", "M16 4l-5 5", "M4 16l5-5"],
};

function button(label, icon, onclick) {
  return h("button", { type: "button", class: "st-map-button", "aria-label": label, title: label, onclick }, drawing(...ICONS[icon]));
}

/** Zoom, whole region, full screen. */
export function buttons(landkarte, root) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const options = { duration: still ? 0 : 250 };
  const list = [
    button(words.zoomIn, "plus", () => landkarte.map.zoomIn(options)),
    button(words.zoomOut, "minus", () => landkarte.map.zoomOut(options)),
    button(words.whole, "whole", () => landkarte.showAll()),
  ];
  if (document.fullscreenEnabled) {
    const full = button(words.full, "full", () =>
      document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
    );
    document.addEventListener("fullscreenchange", () => {
      const label = document.fullscreenElement === root ? words.fullEnd : words.full;
      full.setAttribute("aria-label", label);
      full.title = label;
    });
    list.push(full);
  }
  return h("div", { class: "st-map-buttons" }, ...list);
}

/** Entries or districts per inhabitant; calls back with "points" or "rate". */
export function modes(choose) {
  const group = h("div", { class: "st-map-modes", role: "group", "aria-label": words.show });
  for (const [mode, label] of [["points", words.points], ["rate", words.rate]]) {
    const one = h("button", { type: "button", class: "st-map-mode", "aria-pressed": String(mode === "points") }, label);
    one.addEventListener("click", () => {
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === one));
      choose(mode);
    });
    group.append(one);
  }
  return group;
}

/** The switch that ties the list to the visible part. */
export function areaSwitch(checked, change) {
  const box = h("input", { type: "checkbox", class: "st-map-check" });
  box.checked = checked;
  box.addEventListener("change", (event) => {
    event.stopPropagation(); // it is no filter of the form around the map
    change(box.checked);
  });
  const label = h("label", { class: "st-map-area" }, box, h("span", {}, words.area));
  return { label, box };
}

/** Whose data this is. */
export function attribution(sources) {
  const [first, ...rest] = (sources[language] ?? sources.de ?? []).map(({ text, url }) =>
    url ? h("a", { href: url, rel: "noopener" }, text) : h("span", {}, text),
  );
  const more = rest.map((part) => h("li", {}, part));
  const details = more.length ? h("details", {}, h("summary", {}, words.sources), h("ul", {}, ...more)) : null;
  return h("div", { class: "st-map-source" }, first, details);
}

/** Legend of the points: the three shapes with the page's own words. */
export function pointsLegend(root, labels, points) {
  const items = labels.map(([key, label]) =>
    h("li", {}, h("span", { class: `st-category st-category--${key}` }, label)),
  );
  if (points.isMixed) items.push(h("li", {}, h("span", { class: "st-map-none" }), words.none));
  const missing = points.total - points.size;
  root.classList.remove("st-map-legend--classes");
  root.replaceChildren(h("ul", {}, ...items));
  if (missing > 0) root.append(h("p", {}, words.unplaced(missing)));
}

/** Legend of the choropleth. */
export function classLegend(root, classes, tableUrl) {
  const items = classes.map(({ low, high, word, step }) => {
    const range = low === high ? number(low, language, 1) : `${number(low, language, 1)}–${number(high, language, 1)}`;
    return h("li", {}, h("span", { class: `st-map-class st-map-class--${step}` }), h("span", { class: "st-map-range" }, range), word);
  });
  root.classList.add("st-map-legend--classes");
  // On small screens the legend would cover half the map; there it opens on demand.
  const open = root.parentElement.clientWidth > 560;
  const table = tableUrl ? h("p", {}, h("a", { href: tableUrl }, words.table)) : null;
  const title = h("summary", { class: "st-map-legend-title" }, words.perPeople);
  root.replaceChildren(h("details", { open }, title, h("ul", {}, ...items), table));
}
