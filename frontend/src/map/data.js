// Reads the map's data: columns of differences become typed arrays and GeoJSON.
const POINT_UNIT = 1e-5;
const BORDER_UNIT = 1e-4;

/** Position on the world's Mercator square, 0 to 1 from the north-west corner. */
export function mercator(lon, lat) {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** The inverse of mercator(). */
export function degrees(x, y) {
  return [x * 360 - 180, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90];
}

export async function getJson(url, signal) {
  const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.json();
}

/**
 * Places with the actors at each of them.
 *
 * x, y: Mercator positions of the places; start: place -> first of its actors; ids, category:
 * actors; counts: KINDS numbers per place, actors by category and at last those without one.
 */
export class Points {
  constructor(data) {
    const places = data.n.length;
    this.size = data.ids.length;
    this.places = places;
    this.total = data.total;
    this.districts = data.districts;
    this.near = data.near;
    this.categories = data.categories;
    this.kinds = data.categories.length + 1;
    this.x = new Float64Array(places);
    this.y = new Float64Array(places);
    this.start = new Int32Array(places + 1);
    this.ids = new Int32Array(this.size);
    this.category = new Int8Array(this.size);
    this.counts = new Uint32Array(places * this.kinds);
    let x = 0, y = 0, id = 0, actor = 0;
    for (let place = 0; place < places; place += 1) {
      x += data.x[place];
      y += data.y[place];
      const [wx, wy] = mercator(x * POINT_UNIT, y * POINT_UNIT);
      this.x[place] = wx;
      this.y[place] = wy;
      for (const end = actor + data.n[place]; actor < end; actor += 1) {
        id += data.ids[actor];
        this.ids[actor] = id;
        const digit = data.category.charCodeAt(actor) - 48;
        const kind = digit < 0 ? this.kinds - 1 : digit;
        this.category[actor] = kind;
        this.counts[place * this.kinds + kind] += 1;
      }
      this.start[place + 1] = actor;
    }
  }

  /** Whether there are actors without a category. */
  get isMixed() {
    return this.category.includes(this.kinds - 1);
  }

  /** Number of an actor in the columns, or undefined. */
  actorOf(id) {
    this.byId ??= new Map(Array.from(this.ids, (number, index) => [number, index]));
    return this.byId.get(id);
  }

  placeOf(actor) {
    let low = 0, high = this.places;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.start[middle] <= actor) low = middle;
      else high = middle;
    }
    return low;
  }

  weight(place) {
    return this.start[place + 1] - this.start[place];
  }

  /** [west, south, east, north] of all places, or null. */
  bounds() {
    if (!this.places) return null;
    let west = 1, east = 0, north = 1, south = 0;
    for (let i = 0; i < this.places; i += 1) {
      west = Math.min(west, this.x[i]);
      east = Math.max(east, this.x[i]);
      north = Math.min(north, this.y[i]);
      south = Math.max(south, this.y[i]);
    }
    return [...degrees(west, south), ...degrees(east, north)];
  }
}

/** A ring of differences as [lon, lat] pairs. */
function line(steps) {
  const found = [];
  let x = 0, y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    found.push([x * BORDER_UNIT, y * BORDER_UNIT]);
  }
  return found;
}

const polygons = (parts) => parts.map((rings) => rings.map(line));

export const collection = (features) => ({ type: "FeatureCollection", features });

export const area = (parts, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type: "MultiPolygon", coordinates: polygons(parts) },
});

/** Coarse lines as soft ones: each corner is cut twice (Chaikin's curve). */
export const smoothLines = (parts, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type: "MultiLineString", coordinates: parts.map((steps) => cut(cut(line(steps)))) },
});

function cut(points) {
  if (points.length < 3) return points;
  const soft = [points[0]];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [ax, ay] = points[i], [bx, by] = points[i + 1];
    soft.push([0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by], [0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by]);
  }
  return [...soft, points.at(-1)];
}
