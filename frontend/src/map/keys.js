// The map by keyboard. The map itself is one stop of the Tab key; there the arrows move it, as
// MapLibre does. Enter goes to the points: then the arrows lead to the next point in their
// direction, Enter opens, Escape leads back.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keys {
  constructor(landkarte) {
    this.landkarte = landkarte;
    // Before MapLibre's own listener, which moves the map.
    landkarte.stage.addEventListener("keydown", (event) => this.isHere(event) && this.press(event), true);
    landkarte.stage.addEventListener("focusout", (event) => this.isHere(event) && this.put(null));
  }

  isHere(event) {
    return event.target === this.landkarte.map.getCanvas();
  }

  get item() {
    const { overlay } = this.landkarte;
    return overlay.cursor && overlay.items.find((item) => item.key === overlay.cursor);
  }

  press(event) {
    const { landkarte } = this;
    if (event.key === "Escape") {
      if (landkarte.overlay.cursor) this.put(null);
      else if (!landkarte.overlay.closeFan()) landkarte.select(null);
    } else if (event.key === "Enter" && landkarte.mode === "points") {
      const { item } = this;
      if (!item) this.put(this.nearest());
      else {
        this.resume = item.kind === "group";
        landkarte.open(item, { focus: true });
        if (landkarte.overlay.fan) requestAnimationFrame(() => this.put(this.nearest(item)));
      }
    } else if (ARROWS[event.key] && this.item) {
      this.put(this.next(this.item, ...ARROWS[event.key]) ?? this.item);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** After the map went closer to a group, go on at the middle. */
  again() {
    if (!this.resume) return;
    this.resume = false;
    this.landkarte.overlay.draw();
    this.put(this.nearest());
  }

  put(item) {
    const { overlay, note } = this.landkarte;
    overlay.cursor = item?.key ?? null;
    overlay.request();
    if (item) this.landkarte.describe(item, { aloud: true });
    else note.hide();
  }

  visible() {
    const { clientWidth: w, clientHeight: h } = this.landkarte.stage;
    return this.landkarte.overlay.items.filter(({ x, y }) => x > 0 && y > 0 && x < w && y < h);
  }

  nearest(to) {
    const { clientWidth: w, clientHeight: h } = this.landkarte.stage;
    const { x, y } = to ?? { x: w / 2, y: h / 2 };
    let best = null, least = Infinity;
    for (const item of this.visible()) {
      const away = Math.hypot(item.x - x, item.y - y);
      if (away < least) [best, least] = [item, away];
    }
    return best;
  }

  /** The nearest item in a direction, sideways steps counting double. */
  next(from, dx, dy) {
    let best, least = Infinity;
    for (const item of this.visible()) {
      const ax = item.x - from.x, ay = item.y - from.y;
      const ahead = ax * dx + ay * dy, aside = Math.abs(ax * dy) + Math.abs(ay * dx);
      if (item.key !== from.key && ahead > 0.5 && ahead + 2 * aside < least) [best, least] = [item, ahead + 2 * aside];
    }
    return best;
  }
}
