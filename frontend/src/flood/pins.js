// Gauges on the map: links that hold shape, value, trend and what comes.
import { h } from "../map/dom.js";

const LIST = ".st-gauges";
const NAMES_MOST = 14;

export class Pins {
  constructor(root, map, towns) {
    this.map = map;
    this.layer = h("div", { class: "st-pins" });
    this.names = h("div", { class: "st-pins st-pins--names", "aria-hidden": "true" });
    root.append(this.names, this.layer);
    this.towns = towns.map(([name, lon, lat, people]) => ({ name, lon, lat, people })).sort((a, b) => b.people - a.people);
    this.read();
    map.on("render", () => this.draw());
    new MutationObserver(() => this.read()).observe(document.getElementById("flood-now"), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-level", "data-value", "data-outlook", "data-trend"],
    });
    root.addEventListener("focusin", (event) => this.reveal(event.target.closest(".st-pin")));
  }

  /** Takes over what the list says; links stay the same elements, so that the focus stays. */
  read() {
    const items = [...document.querySelectorAll(`${LIST} [data-lat]`)];
    const text = items.map((item) => item.outerHTML).join("");
    if (text === this.text) return;
    this.text = text;
    const known = new Map((this.pins ?? []).map((pin) => [pin.key, pin]));
    this.pins = items.map((item) => {
      const key = item.dataset.gauge;
      const pin = known.get(key) ?? { key, element: h("a", { class: "st-pin" }) };
      known.delete(key);
      pin.lngLat = [Number(item.dataset.lon), Number(item.dataset.lat)];
      fill(pin.element, item);
      return pin;
    });
    for (const { element } of known.values()) element.remove();
    for (const { element } of this.pins) if (!element.isConnected) this.layer.append(element);
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.layer;
    const shown = [];
    for (const pin of this.pins) {
      const { x, y } = this.map.project(pin.lngLat);
      pin.element.hidden = x < -20 || y < -20 || x > width + 20 || y > height + 20;
      if (!pin.element.hidden) shown.push(Object.assign(pin, { x, y }));
    }
    place(shown, width, height);
    for (const { element, x, y } of shown) element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    const boxes = shown.flatMap(({ x, y, box, element }) => (element.classList.contains("is-crowded") ? [disc(x, y)] : [disc(x, y), box]));
    this.nameTowns(boxes, width, height);
  }

  /** The largest towns that no gauge covers. */
  nameTowns(boxes, width, height) {
    const shown = [];
    for (const town of this.towns) {
      if (shown.length === NAMES_MOST) break;
      const { x, y } = this.map.project([town.lon, town.lat]);
      if (x < 50 || y < 16 || x > width - 50 || y > height - 30) continue;
      const own = { left: x - 45, right: x + 45, top: y - 9, bottom: y + 9 };
      if ([...boxes, ...shown.map(({ own: other }) => other)].some((other) => overlap(own, other))) continue;
      shown.push({ x, y, name: town.name, own });
    }
    const text = shown.map(({ name, x, y }) => `${name}${Math.round(x)},${Math.round(y)}`).join();
    if (text === this.namesText) return;
    this.namesText = text;
    this.names.replaceChildren(
      ...shown.map(({ x, y, name }) => {
        const element = h("span", { class: "st-town" }, name);
        element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
        return element;
      }),
    );
  }

  reveal(element) {
    const pin = element && this.pins.find((one) => one.element === element);
    if (!pin) return;
    const { clientWidth: width, clientHeight: height } = this.layer;
    const { x, y } = this.map.project(pin.lngLat);
    if (x < 20 || y < 20 || x > width - 20 || y > height - 20) this.map.jumpTo({ center: pin.lngLat });
  }
}

const RADIUS = 19;
const MOST_COVERED = 0.12;
const disc = (x, y) => ({ left: x - RADIUS, right: x + RADIUS, top: y - RADIUS, bottom: y + RADIUS });
const overlap = (a, b) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** Where a label may stand beside its shape, the best first: side, and shift up or down. */
const SPOTS = ["right", "left"].flatMap((side) => [0, -0.55, 0.55].map((shift) => [side, shift])).concat([["above", 0], ["below", 0]]);

function boxAt(pin, [side, shift], width, height) {
  const { x, y } = pin;
  const gap = RADIUS + 4;
  const top = side === "above" ? y - gap - height : side === "below" ? y + gap : y - height / 2 + shift * height;
  const left = side === "right" ? x + gap : side === "left" ? x - gap - width : x - width / 2;
  return { left, right: left + width, top, bottom: top + height };
}

/** Puts each label where it covers least of shapes and labels; warned gauges choose first. */
function place(pins, width, height) {
  const discs = pins.map(({ x, y }) => disc(x, y));
  const taken = [];
  const frame = { left: 0, top: 0, right: width, bottom: height };
  for (const pin of [...pins].sort((a, b) => b.element.dataset.level - a.element.dataset.level)) {
    const label = pin.element.lastElementChild;
    const w = label.offsetWidth, h = label.offsetHeight;
    let least = Infinity;
    for (const spot of SPOTS) {
      const box = boxAt(pin, spot, w, h);
      const outside = w * h - overlap(box, frame);
      const covered = [...discs, ...taken].reduce((sum, other) => sum + overlap(box, other), outside * 3);
      // A label stays where it is unless another place is clearly better, so that it does not jump.
      const cost = covered + (pin.spot === spot ? -60 : 0) + SPOTS.indexOf(spot);
      if (cost < least) {
        least = cost;
        Object.assign(pin, { best: spot, box, covered });
      }
    }
    pin.spot = pin.best;
    // Where gauges crowd, the shape alone remains; its label comes with pointer or focus.
    const crowded = pin.covered > MOST_COVERED * w * h;
    pin.element.classList.toggle("is-crowded", crowded);
    if (!crowded) taken.push(pin.box);
    label.style.transform = `translate(${Math.round(pin.box.left - pin.x)}px, ${Math.round(pin.box.top - pin.y)}px)`;
  }
}

function fill(element, item) {
  const link = item.querySelector("a");
  const { level, value, outlook, mark, trendWord } = item.dataset;
  element.href = link.href;
  element.dataset.level = level;
  const shape = item.querySelector(".st-shape").cloneNode(true);
  const arrow = item.querySelector(".st-arrow").cloneNode(true);
  element.replaceChildren(
    h("span", { class: "st-pin__shape" }, shape),
    h(
      "span",
      { class: "st-pin__text" },
      h("span", { class: "st-pin__name" }, link.textContent.trim()),
      h("span", { class: "kern-sr-only" }, `, ${mark}, `),
      h("span", { class: "st-pin__value" }, value, arrow),
      h("span", { class: "kern-sr-only" }, `, ${trendWord}`),
      outlook ? h("span", { class: "st-pin__outlook" }, outlook) : null,
    ),
  );
}
