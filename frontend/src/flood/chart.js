// The hydrograph of the page, drawn anew whenever its data, its size or the theme changes.
import { h } from "../map/dom.js";
import { onTheme } from "../map/theme.js";
import { words } from "./words.js";

/** Draws the chart of the page and keeps it up to date; without it the server's drawing stays. */
export function mountChart() {
  let chart;
  const look = async () => {
    const figure = document.getElementById("ganglinie");
    if (!figure?.dataset.url) return;
    if (chart?.figure !== figure) chart = new Chart(figure);
    await chart.load(figure.dataset.url);
  };
  look();
  // The page renews itself in place; then the numbers are new, too.
  const now = document.getElementById("flood-now");
  if (now) {
    let last = now.dataset.stamp;
    new MutationObserver(() => {
      const stamp = document.getElementById("flood-now")?.dataset.stamp;
      if (stamp !== last) {
        last = stamp;
        look();
      }
    }).observe(now, { attributes: true, attributeFilter: ["data-stamp"] });
  }
}

/** One drawing in its place. */
export class Chart {
  constructor(figure) {
    this.figure = figure;
    this.place = figure.querySelector("[data-plot]");
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(figure);
    onTheme(() => this.draw(true));
  }

  async load(url) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.ok) this.show(await response.json());
    } catch (error) {
      console.warn(error); // the drawing from before stays
    }
  }

  show(data) {
    this.data = data;
    this.draw(true);
  }

  async draw(anew = false) {
    if (!this.data) return;
    const width = Math.round(this.figure.clientWidth);
    if (!width || (!anew && width === this.width)) return;
    this.width = width;
    this.plotter ??= await import("./plot.js");
    const element = this.plotter.plot(this.data, width, this.height ?? (width < 560 ? 360 : 430));
    // Plot names its groups for those who listen; inside of a picture they must have no names.
    for (const group of element.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", this.place.querySelector("svg[aria-label]")?.getAttribute("aria-label") ?? words.chart);
    const holder = h("div", { class: "st-hydro__live" });
    holder.append(element);
    this.place.replaceChildren(holder);
  }
}
