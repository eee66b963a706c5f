// The list beside the network: what is pointed at or focused there stands out in the drawing, and a
// button brings it to the middle.
import { h } from "../map/dom.js";
import { words } from "./words.js";

export class ListLink {
  constructor(view) {
    this.view = view;
    const results = document.getElementById("ergebnis");
    for (const kind of ["mouseover", "focusin"]) results.addEventListener(kind, (event) => this.over(event));
    for (const kind of ["mouseout", "focusout"]) results.addEventListener(kind, (event) => this.out(event));
    this.dress(results);
    // The lines are put in anew with each change of the filters.
    new MutationObserver(() => this.dress(results)).observe(document.getElementById("finder-results"), { childList: true });
  }

  dress(root) {
    for (const line of root.querySelectorAll("[data-row]:not(.is-tied)")) {
      line.classList.add("is-tied");
      line.append(h("button", { type: "button", class: "st-tie-show", onclick: () => this.show(line) }, words.show));
    }
  }

  ends({ dataset }) {
    const { graph } = this.view;
    return [dataset.one, dataset.other].every((id) => graph.hasNode(id)) ? [dataset.one, dataset.other] : null;
  }

  over(event) {
    const line = event.target.closest?.("[data-row]");
    if (!line || line === this.active) return;
    this.active?.classList.remove("is-active");
    this.active = line;
    line.classList.add("is-active");
    const ends = this.ends(line);
    if (ends) this.view.light({ nodes: new Set(ends), edges: new Set([line.dataset.row]) });
  }

  out(event) {
    if (!this.active || this.active.contains(event.relatedTarget)) return;
    this.active.classList.remove("is-active");
    this.active = null;
    this.view.rest();
  }

  show(line) {
    const ends = this.ends(line);
    if (!ends) return;
    this.view.show(ends);
    this.view.say(line.querySelector(".st-tie-ends").textContent.replace(/\s+/g, " "), { aloud: true });
  }
}
