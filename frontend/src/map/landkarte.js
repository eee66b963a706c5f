// The living map: what happens when the visitor points, clicks, types or filters.
import * as address from "./address.js";
import { painter, tell } from "./ability.js";
import { Cards, nameOf, Note } from "./cards.js";
import { areaSwitch, attribution, buttons, classLegend, modes, pointsLegend } from "./controls.js";
import { degrees, getJson, Points } from "./data.js";
import { Districts } from "./districts.js";
import { h } from "./dom.js";
import { Keys } from "./keys.js";
import { List } from "./list.js";
import { Overlay } from "./overlay.js";
import { Still } from "./still.js";
import { colours as readColours, onTheme } from "./theme.js";
import { words } from "./words.js";

const DEEP_ZOOM = 13;
const NOTE_WAIT_MS = 120;

export class Landkarte {
  /** @param base MapLibre's part if it is here already; without it the map starts still. */
  constructor(root, areas, points, { pointsUrl, base, software }) {
    this.root = root;
    this.areas = areas;
    this.points = points;
    this.pointsUrl = pointsUrl;
    this.mode = "points";
    this.coarse = matchMedia("(pointer: coarse)").matches;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.colours = readColours();
    this.stage = h("div", { class: "st-map-stage" });
    root.append(this.stage);
    const start = address.read();
    const first = this.firstView(start);
    if (base) this.map = this.living(base, first, software);
    else this.map = new Still(this.stage, areas, this.colours, first);
    this.overlay = new Overlay(this.map, this.colours, areas.towns);
    this.overlay.show(points);
    this.furnish();
    this.attach(this.map);
    this.listen();
    this.ready(start);
  }

  living(base, view, software) {
    const place = h("div", { class: "st-map-live" });
    this.stage.append(place);
    const map = base.baseMap(place, this.areas, this.colours, { view, coarse: this.coarse, software });
    map.on("error", ({ error }) => console.error(error));
    const { municipalitiesUrl } = this.root.dataset;
    if (municipalitiesUrl) base.municipalitiesWhenClose(map, this.areas, municipalitiesUrl);
    return map;
  }

  /** The first touch, turn of the wheel or focus turns the still map into a living one. */
  wakeOnUse(still) {
    const wake = async () => {
      for (const kind of kinds) still.wrap.removeEventListener(kind, wake);
      const by = painter();
      if (by === "none") return tell(this.root, words.plain);
      const base = await import("./base.js");
      const camera = () => ({ center: Object.values(still.getCenter()), zoom: still.getZoom() });
      const map = this.living(base, camera(), by === "software");
      return map.once("idle", () => this.swap(still, map, camera()));
    };
    const kinds = ["pointerdown", "wheel", "focusin"];
    for (const kind of kinds) still.wrap.addEventListener(kind, wake, { passive: true });
  }

  swap(still, map, camera) {
    const focused = document.activeElement === still.getCanvas();
    map.jumpTo(camera);
    this.map = map;
    this.overlay.attach(map);
    this.attach(map);
    if (this.mode === "rate") this.paint();
    still.remove();
    if (focused) map.getCanvas().focus({ preventScroll: true });
    this.root.dataset.state = "living";
  }

  /** Names the map for those who listen, and hears what happens on it. */
  attach(map) {
    const canvas = map.getCanvas();
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", words.map);
    canvas.setAttribute("aria-roledescription", words.role);
    canvas.setAttribute("aria-describedby", "landkarte-hint");
    map.on("mousemove", (event) => this.point(event));
    map.on("mouseout", () => this.leave());
    map.on("click", (event) => this.press(event));
    map.on("movestart", () => this.leave());
    map.on("moveend", () => {
      address.write(map, this.overlay.selected);
      this.list.moved();
      this.keys.again();
    });
  }

  // --- start --------------------------------------------------------------------------------------
  firstView(start) {
    if (start.view) return start.view;
    return { bounds: this.boundsToShow(), fitBoundsOptions: this.fitting() };
  }

  /** The visible part in the address, the searched circle, the answers, or the whole region. */
  boundsToShow() {
    const asked = new URLSearchParams(location.search).get("bounds")?.split(",").map(Number);
    if (asked?.length === 4 && asked.every(Number.isFinite)) return asked;
    const { near } = this.points;
    if (near?.km) {
      const dlat = near.km / 111.2, dlon = dlat / Math.cos((near.lat * Math.PI) / 180);
      return [near.lon - dlon, near.lat - dlat, near.lon + dlon, near.lat + dlat];
    }
    const region = this.areas.bounds, found = this.points.bounds();
    if (!found || this.points.size === 0) return region;
    const inside = found[0] >= region[0] && found[1] >= region[1] && found[2] <= region[2] && found[3] <= region[3];
    const narrow = found[2] - found[0] < (region[2] - region[0]) * 0.6 && found[3] - found[1] < (region[3] - region[1]) * 0.6;
    return inside && narrow ? found : region;
  }

  fitting() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const padding =
      width < 500
        ? { top: 112, bottom: 84, left: 14, right: 14 }
        : { top: 42, bottom: 34, left: width < 760 ? 36 : 90, right: width < 760 ? 48 : 90 };
    if (height < 360) return { padding: 24, maxZoom: 11.5 };
    return { padding: this.mode === "rate" ? this.besideLegend(padding) : padding, maxZoom: 11.5 };
  }

  /** Room above the legend or beside it, whichever shows the region larger. */
  besideLegend(padding) {
    const above = { ...padding, bottom: Math.max(padding.bottom, this.legend.parentElement.offsetHeight + 18) };
    const beside = { ...padding, left: Math.max(padding.left, this.legend.offsetWidth + 24) };
    const zoom = (room) => this.map.cameraForBounds(this.boundsToShow(), { padding: room })?.zoom ?? -1;
    return zoom(beside) > zoom(above) ? beside : above;
  }

  furnish() {
    const { root } = this;
    const hint = h("p", { id: "landkarte-hint", class: "kern-sr-only" }, words.hint);
    this.status = h("p", { class: "kern-sr-only", role: "status" });
    this.legend = h("div", { class: "st-map-legend" });
    this.list = new List(this);
    this.area = areaSwitch(this.list.isLimited, (on) => this.list.limit(on, true));
    const head = h("div", { class: "st-map-head" }, modes((mode) => this.choose(mode)), this.list.form ? this.area.label : null);
    const foot = h("div", { class: "st-map-foot" }, this.legend, attribution(this.areas.attribution));
    root.append(hint, head, buttons(this, root), foot, this.status);
    this.note = new Note(root);
    this.cards = new Cards(root, root.dataset.cardUrl, (focus) => this.select(null, { focus }));
    this.districts = new Districts(this);
    this.keys = new Keys(this);
    this.showLegend();
  }

  ready(start) {
    const { map, root } = this;
    const usable = () => {
      this.overlay.draw(); // the points lie on the first frame already
      root.classList.add("is-live");
      root.dataset.state = map instanceof Still ? "still" : "living";
      performance.mark("map-usable");
    };
    if (map instanceof Still) {
      usable();
      this.wakeOnUse(map);
    } else {
      map.once("render", usable);
    }
    const only = this.points.size === 1 && this.points.total === 1 ? this.points.ids[0] : null;
    const chosen = start.actor ?? only;
    if (chosen && this.points.actorOf(chosen) !== undefined) this.select(chosen, { move: !start.view });
  }

  // --- events -------------------------------------------------------------------------------------
  listen() {
    onTheme(() => this.retheme());
    document.addEventListener("steiger:filters", () => this.refilter());
    window.addEventListener("hashchange", () => {
      const { view, actor } = address.read();
      if (view) this.map.jumpTo(view);
      if (view) this.select(actor);
    });
  }

  point({ point, lngLat }) {
    if (this.mode === "rate") return this.districts.point(point, lngLat);
    const item = this.overlay.at(point.x, point.y);
    this.map.getCanvas().style.cursor = item ? "pointer" : "";
    if ((item?.key ?? null) === this.overlay.hover) return undefined;
    this.overlay.hover = item?.key ?? null;
    this.overlay.request();
    this.list.mark(item?.id ?? null);
    return this.describe(item);
  }

  leave() {
    clearTimeout(this.noteTimer);
    this.note.hide();
    this.list?.mark(null);
    if (this.overlay.hover !== null) {
      this.overlay.hover = null;
      this.overlay.request();
    }
  }

  /** The note for an item; names of single entries are asked for after a moment. */
  describe(item, { aloud = false } = {}) {
    clearTimeout(this.noteTimer);
    if (!item) return this.note.hide();
    const width = this.stage.clientWidth;
    if (item.kind === "group") {
      const one = this.overlay.isOnePlace(this.overlay.clusters.level(item.level), item.group);
      const title = words.entries(item.weight), detail = one ? words.open : words.zoom;
      this.note.show(item.x, item.y, title, detail, width);
      if (aloud) this.status.textContent = `${title}, ${detail}`;
      return undefined;
    }
    this.noteTimer = setTimeout(
      async () => {
        const key = item.key;
        const name = await nameOf(item.id, this.cards).catch(() => "");
        if (!name || ![this.overlay.hover, this.overlay.cursor].includes(key)) return;
        this.note.show(item.x, item.y, name, "", width);
        if (aloud) this.status.textContent = name;
      },
      aloud ? 0 : NOTE_WAIT_MS,
    );
    return undefined;
  }

  press({ point, lngLat }) {
    if (this.mode === "rate") return this.districts.press(lngLat);
    const item = this.overlay.at(point.x, point.y, this.coarse ? 14 : 4);
    if (item) return this.open(item);
    if (!this.overlay.closeFan()) this.select(null);
    return undefined;
  }

  /** What Enter or a click does: choose an entry, spread a stack, go closer to a group. */
  open(item, { focus = false } = {}) {
    this.note.hide();
    if (item.kind === "actor") return this.select(item.id, { focus });
    const { clusters } = this.overlay;
    const members = clusters.members(clusters.level(item.level), item.group);
    if (members.length === 1) {
      const shown = this.overlay.openFan(members[0]);
      this.status.textContent = shown < item.weight ? words.more(shown, item.weight) : words.entries(item.weight);
      return this.makeRoom(members[0]);
    }
    return this.goCloser(members);
  }

  /** Moves the map so that an opened stack lies in it. */
  makeRoom(place) {
    const { fan } = this.overlay;
    const [lon, lat] = degrees(this.points.x[place], this.points.y[place]);
    const { x, y } = this.map.project([lon, lat]);
    const { clientWidth: w, clientHeight: hgt } = this.stage;
    const edge = fan.radius + 12;
    const dx = x < edge ? x - edge : x > w - edge ? x - w + edge : 0;
    const dy = y < edge ? y - edge : y > hgt - edge ? y - hgt + edge : 0;
    if (dx || dy) this.map.panBy([dx, dy], { duration: this.still ? 0 : 200 });
  }

  goCloser(places) {
    let west = 1, east = 0, north = 1, south = 0;
    for (const i of places) {
      west = Math.min(west, this.points.x[i]);
      east = Math.max(east, this.points.x[i]);
      north = Math.min(north, this.points.y[i]);
      south = Math.max(south, this.points.y[i]);
    }
    const box = [degrees(west, south), degrees(east, north)];
    const camera = this.map.cameraForBounds(box, { padding: 90, maxZoom: DEEP_ZOOM + 1 });
    const zoom = Math.max(this.map.getZoom() + 1, Math.min(camera?.zoom ?? DEEP_ZOOM, DEEP_ZOOM + 1));
    this.fly({ center: camera?.center ?? box[0], zoom });
  }

  fly(camera) {
    this.map.easeTo({ ...camera, duration: this.still ? 0 : 450 });
  }

  showAll() {
    this.select(null);
    this.map.fitBounds(this.boundsToShow(), { ...this.fitting(), duration: this.still ? 0 : 450 });
  }

  // --- choosing -----------------------------------------------------------------------------------
  /** Shows one entry as a card, with the lamp on its point; null puts the card away. */
  select(id, { move = false, focus = false } = {}) {
    const before = this.overlay.selected;
    this.overlay.selected = id;
    if (id === null) {
      const inside = this.cards.element.contains(document.activeElement);
      this.cards.hide();
      if (focus && inside) (this.back ?? this.map.getCanvas()).focus({ preventScroll: true });
      this.back = null;
    } else {
      if (focus) this.back = document.activeElement;
      this.cards.show(id, { focus }).then(() => this.overlay.selected === id && this.bringIntoView(id, move));
    }
    this.list.choose(id);
    if (before !== id) address.write(this.map, id);
    this.overlay.request();
  }

  bringIntoView(id, move) {
    const actor = this.points.actorOf(id);
    if (actor === undefined) return;
    const place = this.points.placeOf(actor);
    const centre = degrees(this.points.x[place], this.points.y[place]);
    const { x, y } = this.map.project(centre);
    const { clientWidth: w, clientHeight: hgt } = this.stage;
    // The part that neither the head nor the card covers.
    const card = this.cards.element;
    const wide = w >= 900;
    const top = 108, left = wide ? card.offsetWidth + 24 : 24;
    const bottom = wide ? hgt - 48 : Math.max(top + 24, hgt - card.offsetHeight - 40);
    const covered = x < left || y < top || x > w - 64 || y > bottom;
    if (!move && !covered) return;
    const zoom = move ? Math.max(this.map.getZoom(), 10) : this.map.getZoom();
    this.fly({ center: centre, zoom, offset: [(left + w - 64) / 2 - w / 2, (top + bottom) / 2 - hgt / 2] });
  }

  // --- districts ----------------------------------------------------------------------------------
  choose(mode) {
    const isWhole = this.showsAll();
    this.mode = mode;
    this.select(null);
    this.leave();
    this.overlay.closeFan();
    this.paint();
    if (isWhole) this.showAll();
  }

  /** Whether nobody has moved closer than to all that there is to show. */
  showsAll() {
    return this.map.getZoom() < this.map.cameraForBounds(this.boundsToShow(), this.fitting()).zoom + 0.2;
  }

  paint() {
    this.districts.paint(this.mode === "rate");
    this.showLegend();
  }

  // --- changes ------------------------------------------------------------------------------------
  showLegend() {
    if (this.mode === "rate") {
      classLegend(this.legend, this.districts.shown.classes, this.root.dataset.regionsUrl);
    } else {
      pointsLegend(this.legend, this.list.categories(), this.points);
    }
  }

  retheme() {
    this.colours = readColours();
    this.overlay.recolour(this.colours);
    this.map.recolour(this.colours);
    if (this.mode === "rate") this.paint();
  }

  /** The page has other filters: ask for their points. */
  async refilter() {
    this.list.refreshed();
    this.area.box.checked = this.list.isLimited;
    const url = this.root.dataset.pointsUrl;
    if (url === this.pointsUrl) {
      address.write(this.map, this.overlay.selected);
      return;
    }
    this.pointsUrl = url;
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const points = new Points(await getJson(url, this.asking.signal));
      const near = JSON.stringify(this.points.near);
      this.points = points;
      this.overlay.show(points);
      const { selected } = this.overlay;
      if (selected !== null && points.actorOf(selected) === undefined) this.select(null);
      if (this.mode === "rate") this.paint();
      else this.showLegend();
      if (JSON.stringify(points.near) !== near || !this.seesAny()) this.map.fitBounds(this.boundsToShow(), { ...this.fitting(), duration: this.still ? 0 : 450 });
      address.write(this.map, this.overlay.selected);
    } catch (error) {
      if (error.name !== "AbortError") this.status.textContent = words.failed;
    }
  }

  /** Whether at least one point lies in the visible part. */
  seesAny() {
    if (this.list.isLimited) return true;
    this.overlay.draw();
    const { clientWidth: w, clientHeight: hgt } = this.stage;
    return this.overlay.items.some(({ x, y }) => x > 0 && y > 0 && x < w && y < hgt);
  }
}
