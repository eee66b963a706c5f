// Draws groups, points and names on a canvas over the base map, in the same frame as the base map.
import { Clusters, levelOf, worldSize, zoomOf } from "./clusters.js";
import { mercator } from "./data.js";
import { placeNames, placeValues } from "./names.js";
import { groupRadius, POINT_RADIUS, Sprites } from "./sprites.js";
import { words } from "./words.js";

const TURN = Math.PI * 2;
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
/** Distance between neighbours of a fan is about 1.8 times this many pixels. */
const FAN_STEP = 10.5;
/** From this zoom on, small stacks lie open by themselves. */
const OPEN_ZOOM = 12.5;
const OPEN_MOST = 60;
const EDGE = 40;

export class Overlay {
  constructor(map, colours, towns) {
    this.map = map;
    this.towns = towns.map(([name, lon, lat, people]) => {
      const [x, y] = mercator(lon, lat);
      return { name, x, y, people };
    });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "st-map-overlay";
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d");
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.items = [];
    this.hover = this.cursor = this.selected = this.marked = null;
    this.fan = null;
    this.values = null; // texts by district while the choropleth is shown
    this.recolour(colours);
    this.attach(map);
  }

  /** Lies over this map from now on and is drawn with it. */
  attach(map) {
    this.map = map;
    map.getCanvasContainer().append(this.canvas);
    map.on("render", () => this.map === map && this.draw());
    this.request();
  }

  recolour(colours) {
    this.colours = colours;
    this.sprites = new Sprites(colours, this.ratio);
    this.request();
  }

  show(points) {
    this.points = points;
    this.clusters = new Clusters(points);
    this.fan = null;
    this.names = null;
    this.circle = points.near?.km ? circleOf(points.near) : null;
    this.request();
  }

  /** Draw soon, without drawing the base map anew. */
  request() {
    this.pending ??= requestAnimationFrame(() => this.draw());
  }

  // --- geometry -----------------------------------------------------------------------------------
  frame() {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const zoom = this.map.getZoom();
    const centre = this.map.getCenter();
    const [x, y] = mercator(centre.lng, centre.lat);
    const size = worldSize(zoom);
    return { width, height, zoom, size, x, y, left: width / 2 - x * size, top: height / 2 - y * size };
  }

  fit({ width, height }) {
    const w = Math.round(width * this.ratio), h = Math.round(height * this.ratio);
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
  }

  // --- drawing ------------------------------------------------------------------------------------
  draw() {
    cancelAnimationFrame(this.pending);
    this.pending = null;
    const frame = this.frame();
    if (!frame.width) return;
    this.fit(frame);
    const c = this.context;
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, frame.width, frame.height);
    this.items = [];
    if (this.circle) this.drawCircle(c, frame);
    if (this.points && !this.values) this.collect(frame);
    this.drawNames(c, frame);
    for (const item of this.items) this.drawItem(c, item);
    if (this.fan) this.drawFan(c, frame);
    this.drawRings(c, frame);
  }

  sprite(c, sprite, x, y) {
    const { canvas, width, height } = sprite;
    c.drawImage(canvas, x - width / 2, y - height / 2, canvas.width / this.ratio, canvas.height / this.ratio);
  }

  collect(frame) {
    const number = levelOf(frame.zoom);
    const level = this.clusters.level(number);
    const { points } = this;
    for (let g = 0; g < level.size; g += 1) {
      const x = level.x[g] * frame.size + frame.left;
      const y = level.y[g] * frame.size + frame.top;
      if (x < -EDGE || y < -EDGE || x > frame.width + EDGE || y > frame.height + EDGE) continue;
      const weight = level.weight[g];
      const place = level.members[level.first[g]];
      if (weight === 1) {
        this.items.push(this.actorItem(points.start[place], x, y));
      } else if (frame.zoom >= OPEN_ZOOM && weight <= OPEN_MOST && this.isOnePlace(level, g)) {
        this.spread(place, weight, x, y, this.items);
      } else {
        this.items.push({ kind: "group", key: `g${place}`, x, y, r: groupRadius(weight), level: number, group: g, weight, place });
      }
    }
  }

  isOnePlace(level, group) {
    return level.first[group + 1] - level.first[group] === 1;
  }

  actorItem(actor, x, y) {
    return { kind: "actor", key: `a${this.points.ids[actor]}`, x, y, r: POINT_RADIUS + 2, actor, id: this.points.ids[actor] };
  }

  /** The actors of one place as a sunflower around it. */
  spread(place, count, x, y, items) {
    const from = this.points.start[place];
    const turn = GOLDEN;
    for (let i = 0; i < count; i += 1) {
      const r = count === 1 ? 0 : FAN_STEP * Math.sqrt(i + (count < 6 ? 0.8 : 0.3));
      items.push(this.actorItem(from + i, x + r * Math.cos(i * turn), y + r * Math.sin(i * turn)));
    }
  }

  drawItem(c, item) {
    const { points } = this;
    if (item.kind === "actor") {
      this.sprite(c, this.sprites.point(points.category[item.actor], points.categories), item.x, item.y);
      return;
    }
    const { counts } = this.clusters.level(item.level);
    const shares = Array.from(counts.subarray(item.group * points.kinds, (item.group + 1) * points.kinds));
    this.sprite(c, this.sprites.group(item.weight, shares, points.categories), item.x, item.y);
  }

  drawNames(c, frame) {
    if (this.values) {
      const level = levelOf(frame.zoom);
      if (this.shown?.level !== level || this.shown.values !== this.values) {
        this.shown = { level, values: this.values, list: placeValues(this.values, zoomOf(level)) };
      }
      for (const { value, named } of this.shown.list) {
        const x = value.x * frame.size + frame.left, y = value.y * frame.size + frame.top;
        this.sprite(c, this.sprites.name(value.text, 14, 600, this.colours.text), x, y);
        if (named) this.sprite(c, this.sprites.name(value.name, 12.5, 400, this.colours.text), x, y + 17);
      }
      return;
    }
    const level = levelOf(frame.zoom);
    if (this.names?.level !== level) {
      const groups = this.clusters ? this.clusters.level(level) : null;
      this.names = { level, list: placeNames(this.towns, groups, zoomOf(level), frame.zoom >= OPEN_ZOOM) };
    }
    for (const { town, dy, size, weight } of this.names.list) {
      const x = town.x * frame.size + frame.left, y = town.y * frame.size + frame.top + dy;
      if (x < -90 || y < -20 || x > frame.width + 90 || y > frame.height + 20) continue;
      this.sprite(c, this.sprites.name(town.name, size, weight), x, y);
    }
  }

  drawCircle(c, frame) {
    const near = this.circle;
    c.beginPath();
    for (const [x, y] of near.ring) c.lineTo(x * frame.size + frame.left, y * frame.size + frame.top);
    c.closePath();
    c.lineWidth = 1.5;
    c.strokeStyle = this.colours.text;
    c.stroke();
    // Outside the searched circle lies shade, as around the light of a lamp.
    c.rect(0, 0, frame.width, frame.height);
    c.fillStyle = this.colours.shade;
    c.fill("evenodd");
    const x = near.x * frame.size + frame.left, y = near.y * frame.size + frame.top;
    c.strokeStyle = this.colours.text;
    c.lineWidth = 1.5;
    c.fillStyle = this.colours.lamp;
    c.beginPath();
    c.arc(x, y, 5, 0, TURN);
    c.fill();
    c.stroke();
  }

  // --- fan ----------------------------------------------------------------------------------------
  /** Opens a stack; returns how many of its actors there is room for. */
  openFan(place) {
    const { width, height } = this.map.getContainer().getBoundingClientRect();
    const room = Math.floor(((Math.min(width, height) / 2 - 34) / FAN_STEP) ** 2);
    const count = Math.min(this.points.weight(place), Math.max(12, room));
    this.fan = { place, count, zoom: this.map.getZoom(), radius: FAN_STEP * Math.sqrt(count) + 20 };
    this.request();
    return count;
  }

  closeFan() {
    if (!this.fan) return false;
    this.fan = null;
    this.request();
    return true;
  }

  drawFan(c, frame) {
    const { place, count, zoom, radius } = this.fan;
    if (Math.abs(frame.zoom - zoom) > 1.2) {
      this.fan = null;
      return;
    }
    const x = this.points.x[place] * frame.size + frame.left;
    const y = this.points.y[place] * frame.size + frame.top;
    c.beginPath();
    c.arc(x, y, radius, 0, TURN);
    c.fillStyle = this.colours.ground;
    c.globalAlpha = 0.94;
    c.fill();
    c.globalAlpha = 1;
    c.strokeStyle = this.colours.line;
    c.lineWidth = 1;
    c.stroke();
    // What lies under the disc cannot be meant any more.
    const items = this.items.filter((item) => Math.hypot(item.x - x, item.y - y) > radius);
    const fanned = [];
    this.spread(place, count, x, y, fanned);
    for (const item of fanned) this.drawItem(c, item);
    this.items = [...items, ...fanned];
    const all = this.points.weight(place);
    if (count < all) {
      const note = this.sprites.name(words.more(count, all), 14, 600, this.colours.text);
      this.sprite(c, note, Math.max(note.width / 2, x), Math.min(y + radius + 14, frame.height - 58));
    }
  }

  // --- finding ------------------------------------------------------------------------------------
  /** The item under a point of the screen; `slack` widens it for fingers. */
  at(x, y, slack = 3) {
    let best = null, least = Infinity;
    for (const item of this.items) {
      const away = Math.hypot(item.x - x, item.y - y) - item.r;
      if (away <= slack && away < least) [best, least] = [item, away];
    }
    return best;
  }

  /** Where an actor is on the screen: its own point, the group that holds it, or nothing. */
  itemOf(id) {
    const own = this.items.find((item) => item.id === id);
    if (own || !this.points || this.values) return own ?? null;
    const actor = this.points.actorOf(id);
    if (actor === undefined) return null;
    const place = this.points.placeOf(actor);
    const level = levelOf(this.map.getZoom());
    const group = this.clusters.level(level).owner[place];
    return this.items.find((item) => item.kind === "group" && item.group === group) ?? null;
  }

  // --- rings --------------------------------------------------------------------------------------
  drawRings(c) {
    const ring = (item, lamp) => {
      if (!item) return;
      if (lamp) {
        const glow = c.createRadialGradient(item.x, item.y, item.r, item.x, item.y, item.r + 22);
        glow.addColorStop(0, withAlpha(this.colours.lamp, 0.55));
        glow.addColorStop(1, withAlpha(this.colours.lamp, 0));
        c.fillStyle = glow;
        c.beginPath();
        c.arc(item.x, item.y, item.r + 22, 0, TURN);
        c.arc(item.x, item.y, item.r, 0, TURN, true);
        c.fill();
      }
      c.beginPath();
      c.arc(item.x, item.y, item.r + 5, 0, TURN);
      c.lineWidth = lamp ? 6 : 5;
      c.strokeStyle = lamp ? this.colours.lampInk : this.colours.ground;
      c.stroke();
      c.lineWidth = lamp ? 4 : 2.5;
      c.strokeStyle = lamp ? this.colours.lamp : this.colours.text;
      c.stroke();
    };
    const find = (key) => key && this.items.find((item) => item.key === key);
    ring(find(this.hover), false);
    ring(find(this.cursor), false);
    if (this.marked !== null && this.marked !== this.selected) ring(this.itemOf(this.marked), true);
    if (this.selected !== null) {
      const item = this.itemOf(this.selected);
      ring(item, true);
      if (item?.kind === "actor") this.drawItem(c, item);
    }
  }
}

const withAlpha = (colour, alpha) => `color-mix(in srgb, ${colour} ${alpha * 100}%, transparent)`;

/** The circle of a radius search as a ring on the Mercator square. Great circles on the sphere. */
function circleOf({ lon, lat, km }) {
  const [x, y] = mercator(lon, lat);
  const rad = Math.PI / 180, away = km / 6371.0088, phi = lat * rad;
  const ring = [];
  for (let step = 0; step < 96; step += 1) {
    const bearing = (step / 96) * TURN;
    const sine = Math.sin(phi) * Math.cos(away) + Math.cos(phi) * Math.sin(away) * Math.cos(bearing);
    const dlon = Math.atan2(Math.sin(bearing) * Math.sin(away) * Math.cos(phi), Math.cos(away) - Math.sin(phi) * sine);
    ring.push(mercator(lon + dlon / rad, Math.asin(sine) / rad));
  }
  return { x, y, ring };
}

