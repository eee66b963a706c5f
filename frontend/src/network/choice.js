// The chosen entry: found by name, shown with all its relations above the list.
import { h } from "../map/dom.js";
import { words } from "./words.js";

const OFFERED = 12;

export class Choice {
  constructor(view) {
    this.view = view;
    this.id = null;
    this.panel = h("div", { class: "st-net-chosen", role: "region", "aria-label": words.chosen, hidden: true });
    const options = h("datalist", { id: "netz-namen" });
    this.field = h("input", { class: "st-input st-net-find", id: "netz-finden", type: "search", list: "netz-namen", autocomplete: "off", placeholder: words.findHint });
    const label = h("label", { class: "st-net-find-label", for: "netz-finden" }, words.find);
    // It belongs to the drawing, not to the form of filters around it.
    this.field.setAttribute("form", "netz-ohne-formular");
    for (const kind of ["change", "input"]) this.field.addEventListener(kind, (event) => event.stopPropagation());
    this.field.addEventListener("input", () => {
      const found = this.matches(this.field.value).slice(0, OFFERED);
      options.replaceChildren(...found.map((node) => h("option", { value: this.name(node) })));
      if (found.length && this.name(found[0]) === this.field.value) this.take(found[0]);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const [first] = this.matches(this.field.value);
      if (first) this.take(first);
      else if (this.field.value) view.say(words.unknown(this.field.value), { aloud: true });
    });
    view.root.append(h("div", { class: "st-net-search" }, label, this.field, options));
    document.getElementById("finder-results").before(this.panel);
  }

  name(node) {
    return this.view.graph.getNodeAttribute(node, "label");
  }

  /** Nodes whose names begin with, then those whose names hold the text. */
  matches(text) {
    const wanted = text.trim().toLocaleLowerCase();
    if (!wanted) return [];
    const found = this.view.graph.filterNodes((_, own) => own.label.toLocaleLowerCase().includes(wanted));
    const rank = (node) => {
      const name = this.name(node).toLocaleLowerCase();
      return name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
    };
    return found.sort((one, other) => rank(one) - rank(other));
  }

  async take(node) {
    const { view } = this;
    this.id = node;
    view.rest();
    view.show([node]);
    view.describe(node, { aloud: true });
    const close = h("button", { type: "button", class: "st-button st-button--secondary", onclick: () => this.clear({ focus: true }) }, words.close);
    try {
      const response = await fetch(view.root.dataset.tiesUrl.replace(/0\/$/, `${node}/`));
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (this.id !== node) return;
      this.panel.replaceChildren(...page.body.childNodes, close);
      view.list.dress(this.panel);
    } catch (error) {
      console.warn(error);
      this.panel.replaceChildren(h("p", {}, words.cardFailed), close);
    }
    this.panel.hidden = false;
  }

  clear({ focus = false } = {}) {
    if (this.id === null) return;
    this.id = null;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.view.rest();
    this.view.say("");
    if (focus) this.view.stage.focus();
  }
}
