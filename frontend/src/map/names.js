// Which towns are named at a level: the largest first, none over a group or another name.
import { worldSize } from "./clusters.js";
import { groupRadius, textWidth } from "./sprites.js";

/** From this zoom on, towns with at least so many thousand inhabitants may be named. */
const LADDER = [
  [0, 300],
  [6.5, 220],
  [7.5, 140],
  [8, 75],
  [8.5, 45],
  [9, 25],
  [9.5, 12],
  [10, 0],
];
const LEAST_ZOOM = 5.5;

/**
 * @param {object[]} towns largest first
 * @param {object|null} groups level of the clusters, or null before there are any
 * @param {number} zoom of the level
 * @param {boolean} open whether stacks lie open, so that names stand clear of them
 */
export function placeNames(towns, groups, zoom, open) {
  if (zoom < LEAST_ZOOM) return [];
  const least = LADDER.findLast(([from]) => zoom >= from)[1];
  const size = worldSize(zoom);
  const discs = groups ? discsNear(towns, groups, size, open) : [];
  const taken = [];
  const found = [];
  for (const town of towns) {
    if (town.people < least) break;
    const big = town.people >= 200;
    const font = big ? 14 : 12.5;
    const weight = big ? 600 : 400;
    const width = textWidth(town.name, `${weight} ${font}px "Fira Sans", sans-serif`) / 2 + 2;
    const x = town.x * size, y = town.y * size;
    const own = nearest(discs, x, y);
    const below = own ? own.y - y + own.r + font / 2 + 1 : 0;
    const above = own ? own.y - y - own.r - font / 2 - 1 : 0;
    const spot = [below, above].find((dy) => isFree(box(x, y + dy, width, font), taken, discs, own));
    if (spot === undefined) continue;
    taken.push(box(x, y + spot, width + 6, font + 6));
    found.push({ town, dy: spot, size: font, weight });
  }
  return found;
}

/** Values of the districts that do not cover each other, and where there is room for the name. */
export function placeValues(values, zoom) {
  const size = worldSize(zoom);
  const font = '600 14px "Fira Sans", sans-serif';
  const taken = [];
  const found = [];
  for (const value of [...values].sort((a, b) => b.people - a.people)) {
    const x = value.x * size, y = value.y * size;
    const spot = box(x, y, textWidth(value.text, font) / 2 + 2, 15);
    if (!isFree(spot, taken, [])) continue;
    taken.push(spot);
    found.push({ value, named: false });
  }
  if (zoom < 8.5) return found;
  for (const entry of found) {
    const { value } = entry;
    const spot = box(value.x * size, value.y * size + 17, textWidth(value.name, '400 12.5px "Fira Sans", sans-serif') / 2 + 4, 16);
    entry.named = isFree(spot, taken, []);
    if (entry.named) taken.push(spot);
  }
  return found;
}

/** The group that stands at the town itself; a group of another town would take its name. */
function nearest(discs, x, y) {
  let best, least = 10;
  for (const d of discs) {
    const away = Math.hypot(d.x - x, d.y - y);
    if (away < least) [best, least] = [d, away];
  }
  return best;
}

const box = (x, y, half, height) => [x - half, y - height / 2, x + half, y + height / 2];

function isFree(b, taken, discs, own) {
  const overlaps = (o) => b[0] < o[2] && o[0] < b[2] && b[1] < o[3] && o[1] < b[3];
  if (taken.some(overlaps)) return false;
  return !discs.some((d) => {
    if (d === own) return false;
    const dx = Math.max(b[0] - d.x, 0, d.x - b[2]), dy = Math.max(b[1] - d.y, 0, d.y - b[3]);
    return dx * dx + dy * dy < d.r * d.r;
  });
}

/** Groups inside the box that holds all towns, in pixels. */
function discsNear(towns, groups, size, open) {
  let west = 1, east = 0, north = 1, south = 0;
  for (const { x, y } of towns) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  const found = [];
  for (let g = 0; g < groups.size; g += 1) {
    const x = groups.x[g], y = groups.y[g];
    if (x < west || x > east || y < north || y > south) continue;
    const weight = groups.weight[g];
    const r = weight === 1 ? 10 : open && weight <= 60 ? 12 + 10.5 * Math.sqrt(weight) : groupRadius(weight) + 1;
    found.push({ x: x * size, y: y * size, r });
  }
  return found;
}
