// The network by keyboard. It is one stop of the Tab key; there the arrows move it. Enter goes to the
// entries: then the arrows lead to the next one in their direction, Enter chooses, Escape leads back.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keys {
  constructor(view) {
    this.view = view;
    view.stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.press(event.key)) return;
      event.preventDefault();
    });
    view.stage.addEventListener("focusout", () => this.put(null));
  }

  press(key) {
    const { view } = this;
    if (ARROWS[key] && view.cursor) this.put(this.next(view.cursor, ...ARROWS[key]) ?? view.cursor);
    else if (ARROWS[key]) view.pan(...ARROWS[key]);
    else if (key === "+" || key === "=") view.zoom(1 / 1.6);
    else if (key === "-") view.zoom(1.6);
    else if (key === "0" || key === "Home") view.whole();
    else if (key === "Enter") view.cursor ? view.choice.take(view.cursor) : this.put(this.nearest());
    else if (key === "Escape" && view.cursor) this.put(null);
    else if (key === "Escape" && view.choice.id) view.choice.clear();
    else return false;
    return true;
  }

  put(node) {
    const { view } = this;
    if (view.cursor === node) return;
    view.cursor = node;
    if (node) {
      view.light(view.around(node));
      view.describe(node, { aloud: true });
    } else view.rest();
  }

  /** Where a node stands on the page. */
  spot(node) {
    const { x, y } = this.view.graph.getNodeAttributes(node);
    return this.view.sigma.graphToViewport({ x, y });
  }

  nearest() {
    const { clientWidth: w, clientHeight: h } = this.view.stage;
    return this.best((x, y) => Math.hypot(x - w / 2, y - h / 2));
  }

  /** The nearest in a direction, steps to the side counting double. */
  next(from, dx, dy) {
    const start = this.spot(from);
    return this.best((x, y, node) => {
      const [ax, ay] = [x - start.x, y - start.y];
      const [ahead, aside] = [ax * dx + ay * dy, Math.abs(ax * dy) + Math.abs(ay * dx)];
      return node !== from && ahead > 0.5 ? ahead + 2 * aside : Infinity;
    });
  }

  best(measure) {
    const { clientWidth: w, clientHeight: h } = this.view.stage;
    let best = null, least = Infinity;
    this.view.graph.forEachNode((node) => {
      const { x, y } = this.spot(node);
      if (x < 0 || y < 0 || x > w || y > h) return;
      const far = measure(x, y, node);
      if (far < least) [best, least] = [node, far];
    });
    return best;
  }
}
