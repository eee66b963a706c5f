// The card of the chosen entry, and the short note beside the pointer.
import { drawing, h } from "./dom.js";
import { words } from "./words.js";

const KEPT = 200;

export class Cards {
  /** @param {string} template address of a card with 0 for the number */
  constructor(root, template, onClose) {
    this.template = template;
    this.kept = new Map();
    this.body = h("div", { class: "st-map-card-body" });
    const close = h(
      "button",
      { type: "button", class: "st-map-button st-map-card-close", "aria-label": words.close, title: words.close, onclick: () => onClose(true) },
      drawing("M5 5l10 10", "M15 5L5 15"),
    );
    this.element = h("section", { class: "st-map-card", hidden: true, tabindex: "-1" }, this.body, close);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      onClose(true);
    });
    root.append(this.element);
  }

  /** The piece of page for an actor, remembered. */
  fetch(id) {
    let found = this.kept.get(id);
    if (!found) {
      if (this.kept.size > KEPT) this.kept.clear();
      found = fetch(this.template.replace(/\b0\b/, String(id))).then((response) => {
        if (!response.ok) throw new Error(String(response.status));
        return response.text();
      });
      found.catch(() => this.kept.delete(id));
      this.kept.set(id, found);
    }
    return found;
  }

  async show(id, { focus = false } = {}) {
    this.asked = id;
    try {
      const text = await this.fetch(id);
      if (this.asked !== id) return;
      const page = new DOMParser().parseFromString(text, "text/html");
      this.body.replaceChildren(...page.body.childNodes);
    } catch {
      if (this.asked !== id) return;
      this.body.replaceChildren(h("p", { class: "st-map-card-place" }, words.cardFailed));
    }
    this.open(focus);
  }

  /** Shows made-up content: a district's figures. */
  put(children, { focus = false } = {}) {
    this.asked = null;
    this.body.replaceChildren(...children);
    this.open(focus);
  }

  open(focus) {
    const title = this.body.querySelector("h2");
    if (title) this.element.setAttribute("aria-label", title.textContent.trim());
    this.element.hidden = false;
    if (focus) (this.body.querySelector("a") ?? this.element).focus({ preventScroll: true });
  }

  hide() {
    this.asked = null;
    this.element.hidden = true;
  }

  get isOpen() {
    return !this.element.hidden;
  }
}

/** Name of an actor: from the list where it stands there, else from its card. */
export async function nameOf(id, cards) {
  const line = document.querySelector(`[data-actor="${id}"] .st-hit-name a`);
  if (line) return line.textContent;
  const page = new DOMParser().parseFromString(await cards.fetch(id), "text/html");
  return page.querySelector("h2")?.textContent.trim() ?? "";
}

/** The note beside the pointer or the keyboard's mark. */
export class Note {
  constructor(root) {
    this.element = h("div", { class: "st-map-note", hidden: true, "aria-hidden": "true" });
    root.append(this.element);
  }

  show(x, y, title, detail, width) {
    this.element.replaceChildren(h("strong", {}, title), ...(detail ? [h("span", {}, detail)] : []));
    this.element.hidden = false;
    const half = this.element.offsetWidth / 2 + 8;
    const left = Math.max(half, Math.min(width - half, x));
    const above = y > this.element.offsetHeight + 24;
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(y)}px) translate(-50%, ${above ? "calc(-100% - 22px)" : "26px"})`;
  }

  hide() {
    this.element.hidden = true;
  }
}
