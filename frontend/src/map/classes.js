// Districts by entries per 100,000 inhabitants: five classes of about equally many districts.
import { mercator } from "./data.js";
import { language, number, words } from "./words.js";

const CLASSES = 5;

/** Rate of each district, null where the population is unknown. */
export function rates(districts, counts) {
  return districts.map((d) => ({
    ...d,
    actors: counts[d.ags] ?? 0,
    rate: d.people ? ((counts[d.ags] ?? 0) * 100_000) / d.people : null,
  }));
}

/** Lowest rate of each class, rising; fewer where there are fewer different rates. */
export function limits(found) {
  const sorted = found.map((d) => d.rate).filter((rate) => rate !== null).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const cuts = Array.from({ length: CLASSES }, (_, i) => sorted[Math.floor((sorted.length * i) / CLASSES)]);
  return [...new Set(cuts)];
}

/** Everything that the map and the legend need. */
export function choropleth(districts, counts, colours) {
  const found = rates(districts, counts);
  const cuts = limits(found);
  const shift = cuts.length === 1 ? 0 : CLASSES - cuts.length;
  const byDistrict = {};
  const members = cuts.map(() => []);
  for (const d of found) {
    if (d.rate === null) continue;
    const index = cuts.findLastIndex((low) => d.rate >= low);
    byDistrict[d.ags] = colours.classes[index + shift];
    members[index].push(d.rate);
  }
  const classes = members.map((values, i) => ({
    step: i + shift + 1,
    low: Math.min(...values),
    high: Math.max(...values),
    word: words.classes[i + shift],
  }));
  const values = found.map((d) => {
    const [x, y] = mercator(d.x, d.y);
    return { x, y, people: d.people ?? 0, text: d.rate === null ? "–" : number(d.rate, language, 1), name: d.name };
  });
  return { found: new Map(found.map((d) => [d.ags, d])), byDistrict, classes, values };
}
