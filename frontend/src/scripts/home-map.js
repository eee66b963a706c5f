// The drawing on the home page: says which district lies under the pointer, and makes the map one
// stop of the Tab key, with arrows from district to district.
const map = document.querySelector(".st-overview__map");

if (map) {
  const areas = [...map.querySelectorAll(".st-overview__districts a")];
  const here = document.querySelector(".st-overview__here");
  const resting = here.textContent;

  const outline = map.querySelector(".st-overview__mark");
  const say = (area) => {
    outline.setAttribute("d", area?.querySelector("path").getAttribute("d") ?? "");
    if (!area) {
      here.textContent = resting;
      return;
    }
    const { name, actors, rate } = area.dataset;
    const strong = document.createElement("strong");
    strong.textContent = name;
    const detail = rate ? ` (${rate} ${here.dataset.rateLabel})` : "";
    here.replaceChildren(strong, `: ${actors} ${here.dataset.actorsLabel}${detail}`);
  };

  /** The nearest district in the direction of an arrow key, sideways steps counting double. */
  const next = (from, dx, dy) => {
    const x = Number(from.dataset.x), y = Number(from.dataset.y);
    let best, least = Infinity;
    for (const area of areas) {
      const ax = area.dataset.x - x, ay = area.dataset.y - y;
      const ahead = ax * dx + ay * dy, aside = Math.abs(ax * dy) + Math.abs(ay * dx);
      if (area !== from && ahead > 0 && ahead + 2 * aside < least) [best, least] = [area, ahead + 2 * aside];
    }
    return best;
  };
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  areas[0]?.setAttribute("tabindex", "0");
  let pointed;
  map.addEventListener("pointerover", (event) => {
    const area = event.target.closest("a");
    if (area !== pointed) say((pointed = area));
  });
  map.addEventListener("pointerleave", () => say((pointed = undefined)));
  map.addEventListener("focusin", (event) => say(event.target.closest("a")));
  map.addEventListener("focusout", () => say());
  map.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    const from = event.target.closest("a");
    if (!step || !from) return;
    event.preventDefault();
    const target = next(from, ...step);
    if (!target) return;
    from.setAttribute("tabindex", "-1");
    target.setAttribute("tabindex", "0");
    target.focus();
  });
}
