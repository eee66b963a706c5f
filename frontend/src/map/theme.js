// Colours of the map: the page's own variables, read again whenever the theme changes.
const NAMES = {
  ground: "--st-ground",
  level1: "--st-level-1",
  level2: "--st-level-2",
  text: "--st-text",
  muted: "--st-muted",
  primary: "--st-primary",
  lamp: "--st-lamp",
  lampInk: "--st-lamp-ink",
  land: "--st-map-land",
  line: "--st-map-line",
  river: "--st-map-river",
  outline: "--st-map-outline",
  label: "--st-map-label",
  economy: "--st-cat-economy",
  research: "--st-cat-research",
  qualification: "--st-cat-qualification",
};

/** The colours in force. `classes`: five steps of the choropleth from few to many. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const found = {};
  for (const [key, name] of Object.entries(NAMES)) found[key] = style.getPropertyValue(name).trim();
  found.classes = [1, 2, 3, 4, 5].map((step) => style.getPropertyValue(`--st-map-class-${step}`).trim());
  found.shade = style.getPropertyValue("--st-map-shade").trim();
  found.sea = style.getPropertyValue("--st-map-sea").trim();
  return found;
}

/** Calls back after each change of the theme, by the page's switch or by the system. */
export function onTheme(callback) {
  const later = () => requestAnimationFrame(callback);
  document.addEventListener("st:theme", later);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
}
