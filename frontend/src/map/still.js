// The map before anybody moves it: the same ground on a plain canvas, with the part of MapLibre's
// interface that the Landkarte uses. Small screens start with it, because MapLibre's half megabyte
// and its first frames would keep a phone busy for a second; the first touch brings MapLibre.
import { worldSize } from "./clusters.js";
import { area, degrees, mercator, smoothLines } from "./data.js";
import { h } from "./dom.js";

const ZOOM_MIN = 1;
const ZOOM_MAX = 14;

export class Still {
  constructor(container, areas, colours, view) {
    this.container = container;
    this.colours = colours;
    this.handlers = {};
    this.canvas = h("canvas", { class: "maplibregl-canvas", tabindex: "0" });
    this.wrap = h("div", { class: "maplibregl-canvas-container st-map-still" }, this.canvas);
    container.append(this.wrap);
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.origin = mercator((areas.bounds[0] + areas.bounds[2]) / 2, (areas.bounds[1] + areas.bounds[3]) / 2);
    this.state = areas.state.map((rings) => this.path(area(rings)));
    this.rivers = areas.rivers.map((river) => this.path(smoothLines(river.lines)));
    this.districts = areas.districts.map((d) => [d.ags, this.path(area(d.rings))]);
    this.jumpTo(view.bounds ? this.cameraForBounds(view.bounds, view.fitBoundsOptions) : view);
    this.listen();
  }

  listen() {
    const report = (kind) => (event) => {
      const { left, top } = this.container.getBoundingClientRect();
      const point = { x: event.clientX - left, y: event.clientY - top };
      this.fire(kind, { point, lngLat: this.unproject(point) });
    };
    this.wrap.addEventListener("click", report("click"));
    this.wrap.addEventListener("mousemove", report("mousemove"));
    this.wrap.addEventListener("mouseleave", () => this.fire("mouseout"));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.container);
  }

  /** The path of a feature, in units of the world around the middle of the region. */
  path({ geometry: { type, coordinates } }) {
    const path = new Path2D();
    const lines = type === "MultiPolygon" ? coordinates.flat() : coordinates;
    for (const points of lines) {
      points.forEach(([lon, lat], i) => {
        const [x, y] = mercator(lon, lat);
        path[i ? "lineTo" : "moveTo"](x - this.origin[0], y - this.origin[1]);
      });
    }
    return path;
  }

  // --- drawing ------------------------------------------------------------------------------------
  draw() {
    const { clientWidth: width, clientHeight: height } = this.container;
    if (!width) return;
    const w = Math.round(width * this.ratio), hgt = Math.round(height * this.ratio);
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== hgt) this.canvas.height = hgt;
    const c = this.canvas.getContext("2d");
    const size = worldSize(this.zoom);
    const left = width / 2 - (this.x - this.origin[0]) * size, top = height / 2 - (this.y - this.origin[1]) * size;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.fillStyle = this.colours.sea;
    c.fillRect(0, 0, w, hgt);
    c.setTransform(size * this.ratio, 0, 0, size * this.ratio, left * this.ratio, top * this.ratio);
    c.lineJoin = "round";
    c.fillStyle = this.colours.land;
    for (const path of this.state) c.fill(path);
    if (this.classes) {
      for (const [ags, path] of this.districts) {
        c.fillStyle = this.classes[ags] ?? this.colours.land;
        c.fill(path);
      }
    }
    const stroke = (paths, colour, pixels, alpha = 1) => {
      c.strokeStyle = colour;
      c.lineWidth = pixels / size;
      c.globalAlpha = alpha;
      for (const path of paths) c.stroke(path);
      c.globalAlpha = 1;
    };
    const close = Math.max(0, this.zoom - 6);
    if (this.zoom < 12) stroke(this.rivers, this.colours.river, 1 + close / 3, this.zoom < 10 ? 0.75 : 0.375 * (12 - this.zoom));
    stroke(this.districts.map(([, path]) => path), this.classes ? this.colours.ground : this.colours.line, 0.7 + close / 6);
    stroke(this.state, this.colours.outline, 1.1 + close / 5);
    this.fire("render");
  }

  recolour(colours) {
    this.colours = colours;
    this.draw();
  }

  paint(byDistrict, colours) {
    this.classes = byDistrict;
    this.recolour(colours);
  }

  // --- what the Landkarte asks of a map -----------------------------------------------------------
  on(kind, handler) {
    (this.handlers[kind] ??= []).push(handler);
  }

  fire(kind, event) {
    for (const handler of this.handlers[kind] ?? []) handler(event);
  }

  getContainer() {
    return this.container;
  }

  getCanvasContainer() {
    return this.wrap;
  }

  getCanvas() {
    return this.canvas;
  }

  getZoom() {
    return this.zoom;
  }

  getCenter() {
    const [lng, lat] = degrees(this.x, this.y);
    return { lng, lat };
  }

  getBounds() {
    const { clientWidth: x, clientHeight: y } = this.container;
    const { lng: west, lat: north } = this.unproject({ x: 0, y: 0 });
    const { lng: east, lat: south } = this.unproject({ x, y });
    return { getWest: () => west, getSouth: () => south, getEast: () => east, getNorth: () => north };
  }

  project(place) {
    const [x, y] = Array.isArray(place) ? mercator(...place) : mercator(place.lng, place.lat);
    const size = worldSize(this.zoom);
    const { clientWidth: width, clientHeight: height } = this.container;
    return { x: (x - this.x) * size + width / 2, y: (y - this.y) * size + height / 2 };
  }

  unproject({ x, y }) {
    const size = worldSize(this.zoom);
    const { clientWidth: width, clientHeight: height } = this.container;
    const [lng, lat] = degrees(this.x + (x - width / 2) / size, this.y + (y - height / 2) / size);
    return { lng, lat };
  }

  queryRenderedFeatures({ x, y }) {
    const { lng, lat } = this.unproject({ x, y });
    const [wx, wy] = mercator(lng, lat);
    const c = this.canvas.getContext("2d");
    c.setTransform(1, 0, 0, 1, 0, 0);
    const found = this.districts.find(([, path]) => c.isPointInPath(path, wx - this.origin[0], wy - this.origin[1]));
    return found ? [{ properties: { ags: found[0] } }] : [];
  }

  cameraForBounds(bounds, { padding = 0, maxZoom = ZOOM_MAX } = {}) {
    const [west, south, east, north] = bounds.flat();
    const [x0, y0] = mercator(west, north), [x1, y1] = mercator(east, south);
    const edge = typeof padding === "number" ? { top: padding, bottom: padding, left: padding, right: padding } : padding;
    const width = Math.max(40, this.container.clientWidth - edge.left - edge.right);
    const height = Math.max(40, this.container.clientHeight - edge.top - edge.bottom);
    const size = Math.min(width / Math.max(1e-9, x1 - x0), height / Math.max(1e-9, y1 - y0));
    const zoom = Math.min(maxZoom, Math.log2(size / worldSize(0)));
    const shift = worldSize(zoom);
    const x = (x0 + x1) / 2 + (edge.right - edge.left) / 2 / shift;
    const y = (y0 + y1) / 2 + (edge.bottom - edge.top) / 2 / shift;
    return { center: degrees(x, y), zoom };
  }

  jumpTo({ center, zoom = this.zoom, offset = [0, 0] }) {
    this.zoom = Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, zoom));
    if (center) [this.x, this.y] = Array.isArray(center) ? mercator(...center) : mercator(center.lng, center.lat);
    const size = worldSize(this.zoom);
    this.x -= offset[0] / size;
    this.y -= offset[1] / size;
    this.fire("movestart");
    this.draw();
    this.fire("moveend");
    this.fire("zoomend");
  }

  easeTo(camera) {
    this.jumpTo(camera);
  }

  fitBounds(bounds, options) {
    this.jumpTo(this.cameraForBounds(bounds, options));
  }

  panBy([x, y]) {
    this.jumpTo({ offset: [-x, -y] });
  }

  zoomIn() {
    this.jumpTo({ zoom: this.zoom + 1 });
  }

  zoomOut() {
    this.jumpTo({ zoom: this.zoom - 1 });
  }

  remove() {
    this.sizes.disconnect();
    this.wrap.remove();
  }
}
