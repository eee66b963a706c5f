// The list beside the map: pointing at a line lights its point, choosing a line opens its card, and
// on demand the list holds only what the map shows.
import { words } from "./words.js";

const WAIT_MS = 250;

export class List {
  constructor(landkarte) {
    this.landkarte = landkarte;
    this.form = document.querySelector("form[data-finder]");
    this.field = this.form?.elements.bounds ?? null;
    if (!this.field) this.form = null;
    this.results = document.getElementById("finder-results");
    if (this.results) this.listen();
  }

  listen() {
    const { overlay } = this.landkarte;
    const light = (id) => {
      if (overlay.marked === id) return;
      overlay.marked = id;
      overlay.request();
    };
    const numberOf = (event) => Number(event.target.closest?.("[data-actor]")?.dataset.actor) || null;
    this.results.addEventListener("pointerover", (event) => light(numberOf(event)));
    this.results.addEventListener("pointerleave", () => light(null));
    this.results.addEventListener("focusin", (event) => light(numberOf(event)));
    this.results.addEventListener("focusout", () => light(null));
    this.results.addEventListener("click", (event) => this.choice(event, numberOf(event)));
  }

  /** A plain click or Enter on a line opens its card; the card's link leads to the page. */
  choice(event, id) {
    const link = event.target.closest("a[href]");
    if (!id || !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const { landkarte } = this;
    if (landkarte.mode !== "points" || landkarte.points.actorOf(id) === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const byKey = event.detail === 0;
    landkarte.select(id, { move: true, focus: byKey });
    const { top, bottom } = landkarte.root.getBoundingClientRect();
    if (bottom < 120 || top > innerHeight - 120) landkarte.root.scrollIntoView({ block: "start" });
  }

  /** The line of an entry under the pointer on the map. */
  mark(id) {
    this.toggle("is-pointed", id);
  }

  choose(id) {
    this.chosen = id;
    this.toggle("is-active", id);
  }

  toggle(name, id) {
    for (const line of document.querySelectorAll(`.${name}[data-actor]`)) line.classList.remove(name);
    if (id) document.querySelector(`[data-actor="${id}"]`)?.classList.add(name);
  }

  /** Categories with their words, as the filters name them. */
  categories() {
    const { categories } = this.landkarte.points;
    const labels = document.querySelectorAll("#facet-category > ul > li > label .st-category");
    const found = [...labels].map((label) => [label.className.match(/st-category--([\w-]+)/)?.[1], label.textContent]);
    return found.length ? found : categories.map((key) => [key, words.categories?.[key] ?? key]);
  }

  // --- only the visible part ----------------------------------------------------------------------
  get isLimited() {
    return Boolean(this.field?.value);
  }

  visible() {
    const box = this.landkarte.map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(3)).join(",");
  }

  limit(on, step) {
    clearTimeout(this.timer);
    const bounds = on ? this.visible() : "";
    if (this.field.value === bounds) return;
    this.field.value = bounds;
    document.dispatchEvent(new CustomEvent("steiger:area", { detail: { step } }));
  }

  moved() {
    if (!this.isLimited) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isLimited && this.limit(true, false), WAIT_MS);
  }

  /** The list was written anew. */
  refreshed() {
    this.choose(this.chosen ?? null);
  }
}
