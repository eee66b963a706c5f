// The moving network: drawing, buttons, finding, the chosen entry, and its talk with the list.
import Sigma from "sigma";
import { getJson } from "../map/data.js";
import { drawing, h } from "../map/dom.js";
import { words as map } from "../map/words.js";
import { colours, onTheme } from "../map/theme.js";
import { Choice } from "./choice.js";
import { graphOf } from "./graph.js";
import { Keys } from "./keys.js";
import { ListLink } from "./list.js";
import { SHAPES } from "./shapes.js";
import { words } from "./words.js";

const ICONS = {
  plus: ["M10 4v12", "M4 10h12"],
  minus: ["M4 10h12"],
  whole: ["M4 8V4h4", "M16 8V4h-4", "M4 12v4h4", "M16 12v4h-4"],
};
const STEP_MS = 220;
const LONGEST = 36;

export class NetworkView {
  constructor(root, data, { software }) {
    this.root = root;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.lit = null; // { nodes: Set, edges: Set } that stand out, or null for all alike
    this.cursor = null;
    this.stage = h("div", { class: "st-net-stage", tabindex: "0", role: "application", "aria-label": words.stage, "aria-describedby": "netz-hinweis" });
    this.status = h("p", { class: "kern-sr-only", role: "status" });
    this.note = h("p", { class: "st-net-note", hidden: true });
    this.legend = h("ul", { class: "st-net-legend" });
    root.replaceChildren(
      this.stage,
      this.bar(),
      this.note,
      this.legend,
      h("p", { class: "kern-sr-only", id: "netz-hinweis" }, words.hint),
      this.status,
    );
    this.read(data);
    this.sigma = new Sigma(this.graph, this.stage, this.settings(software));
    this.choice = new Choice(this);
    this.keys = new Keys(this);
    this.list = new ListLink(this);
    this.listen();
    root.classList.add("is-live");
    requestAnimationFrame(() => performance.mark("network-drawn"));
    performance.mark("network-usable");
  }

  // --- data ------------------------------------------------------------------------------------
  read(data) {
    this.data = data;
    this.graph = graphOf(data);
    this.palette = colours();
    const seen = new Set(this.graph.mapNodes((_, own) => own.category));
    const labels = [...data.categories.filter(([key]) => seen.has(key)), ...(seen.has("") ? [["none", words.noCategory]] : [])];
    const far = data.outside.length ? [h("li", {}, h("span", { class: "st-net-far" }), words.outside)] : [];
    this.legend.replaceChildren(
      ...labels.map(([key, label]) => h("li", {}, h("span", { class: `st-category st-category--${key}` }, label))),
      ...far,
    );
    this.say(!this.graph.order ? words.none : data.settled ? "" : words.moving);
  }

  async follow(query) {
    const url = this.root.dataset.url.split("?")[0] + query;
    this.root.dataset.url = url;
    try {
      this.read(await getJson(url));
      this.cursor = null;
      this.choice.clear();
      this.sigma.setGraph(this.graph);
      this.sigma.refresh();
      this.whole();
    } catch (error) {
      console.warn(error);
      this.say(words.failed);
    }
  }

  // --- look ------------------------------------------------------------------------------------
  settings(software) {
    return {
      allowInvalidContainer: true, // a narrow display shows the list alone
      nodeProgramClasses: SHAPES,
      defaultNodeType: "none",
      labelFont: '"Fira Sans", sans-serif',
      labelSize: 14,
      labelWeight: "400",
      labelColor: { color: this.palette.label },
      labelDensity: 0.6,
      labelGridCellSize: 140,
      labelRenderedSizeThreshold: 7,
      defaultDrawNodeLabel: (context, node, settings) => this.drawLabel(context, node, settings),
      defaultDrawNodeHover: (context, node, settings) => this.drawHover(context, node, settings),
      minCameraRatio: 0.02,
      maxCameraRatio: 2.5,
      stagePadding: 40,
      zIndex: true,
      // A processor that draws in the graphics card's place needs the time for what is moved.
      hideEdgesOnMove: software && this.graph.size > 3000,
      hideLabelsOnMove: software,
      nodeReducer: (key, own) => this.nodeLook(key, own),
      edgeReducer: (key) => this.edgeLook(key),
    };
  }

  nodeLook(key, own) {
    const { palette, lit } = this;
    const look = { ...own, type: own.category || "none", color: palette[own.category] || palette.outline, zIndex: 1 };
    if (own.outside) Object.assign(look, { color: palette.line, type: own.category || "none" });
    if (lit) {
      if (lit.nodes.has(key)) Object.assign(look, { zIndex: 2, forceLabel: lit.nodes.size < 40 });
      else Object.assign(look, { color: palette.level2, label: "", zIndex: 0 });
    }
    if (key === this.cursor || key === this.choice?.id) {
      Object.assign(look, { color: palette.lamp, zIndex: 3, forceLabel: true, size: own.size * 1.35, highlighted: key === this.cursor });
    }
    return look;
  }

  edgeLook(key) {
    const { palette, lit } = this;
    if (!lit) return { color: palette.line, size: this.graph.size > 3000 ? 0.4 : 0.9, zIndex: 0 };
    if (lit.edges.has(key)) return { color: palette.primary, size: 1.8, zIndex: 2 };
    // Of thousands of lines those that do not matter now are left out, which draws four times as fast.
    return { color: palette.level1, size: 0.3, zIndex: 0, hidden: this.graph.size > 3000 };
  }

  /** A name with a rim in the colour of the ground, so that it stays readable over the lines. */
  drawLabel(context, node, settings) {
    if (!node.label) return;
    const text = node.label.length > LONGEST ? `${node.label.slice(0, LONGEST - 1).trimEnd()}…` : node.label;
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    const [x, y] = [node.x + node.size + 4, node.y + settings.labelSize / 3];
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = this.palette.ground;
    context.strokeText(text, x, y);
    context.fillStyle = this.palette.label;
    context.fillText(text, x, y);
  }

  drawHover(context, node, settings) {
    const text = node.label ?? "";
    if (!text) return;
    context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(text).width;
    const [x, y] = [node.x + node.size + 4, node.y];
    context.fillStyle = this.palette.ground;
    context.strokeStyle = this.palette.outline;
    context.beginPath();
    context.roundRect(x, y - 13, width + 16, 26, 6);
    context.fill();
    context.stroke();
    context.fillStyle = this.palette.text;
    context.fillText(text, x + 8, y + 5);
  }

  // --- acts ------------------------------------------------------------------------------------
  /** Let a node with its neighbours, or the two ends of a relation, stand out; null: all alike. */
  light(lit) {
    this.lit = lit;
    this.sigma.refresh({ skipIndexation: true });
  }

  around(node) {
    return { nodes: new Set([node, ...this.graph.neighbors(node)]), edges: new Set(this.graph.edges(node)) };
  }

  rest() {
    this.light(this.choice.id ? this.around(this.choice.id) : null);
  }

  say(text, { aloud = false } = {}) {
    this.note.textContent = text;
    this.note.hidden = !text;
    if (aloud) this.status.textContent = text;
  }

  describe(node, options) {
    this.say(words.ties(this.graph.getNodeAttribute(node, "label"), this.graph.degree(node)), options);
  }

  move(state) {
    const camera = this.sigma.getCamera();
    if (this.still.matches) camera.setState(state);
    else camera.animate(state, { duration: STEP_MS });
  }

  zoom(factor) {
    this.move({ ratio: this.sigma.getCamera().getBoundedRatio(this.sigma.getCamera().ratio * factor) });
  }

  whole() {
    this.move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  pan(dx, dy) {
    const { x, y, ratio } = this.sigma.getCamera().getState();
    this.move({ x: x + dx * ratio * 0.12, y: y - dy * ratio * 0.12 });
  }

  /** Bring nodes to the middle, close enough to tell them apart. */
  show(nodes) {
    const places = nodes.map((node) => this.sigma.getNodeDisplayData(node));
    const x = places.reduce((sum, place) => sum + place.x, 0) / places.length;
    const y = places.reduce((sum, place) => sum + place.y, 0) / places.length;
    const spread = Math.max(...places.map((place) => Math.hypot(place.x - x, place.y - y)));
    const ratio = Math.max(spread * 3, Math.min(0.3, 6 / Math.sqrt(this.graph.order)));
    this.move({ x, y, ratio: Math.min(1, ratio) });
  }

  // --- parts -----------------------------------------------------------------------------------
  bar() {
    const button = (label, icon, onclick) =>
      h("button", { type: "button", class: "st-map-button", "aria-label": label, title: label, onclick }, drawing(...ICONS[icon]));
    return h(
      "div",
      { class: "st-map-buttons" },
      button(map.zoomIn, "plus", () => this.zoom(1 / 1.6)),
      button(map.zoomOut, "minus", () => this.zoom(1.6)),
      button(map.whole, "whole", () => this.whole()),
    );
  }

  listen() {
    const { sigma } = this;
    sigma.on("enterNode", ({ node }) => {
      this.stage.classList.add("is-over");
      this.light(this.around(node));
      this.describe(node);
    });
    sigma.on("leaveNode", () => {
      this.stage.classList.remove("is-over");
      this.rest();
      this.say("");
    });
    sigma.on("clickNode", ({ node }) => this.choice.take(node));
    sigma.on("clickStage", () => this.choice.clear());
    document.addEventListener("steiger:filters", (event) => this.follow(event.detail.query));
    onTheme(() => {
      this.palette = colours();
      sigma.setSetting("labelColor", { color: this.palette.label });
      sigma.refresh();
    });
  }
}
