// Puts the map together: data, ground, points, list, card, address.
import { isSmall, painter, tell } from "./ability.js";
import { getJson, Points } from "./data.js";
import { words } from "./words.js";

/**
 * Draws the map into an element that holds a plain drawing of it.
 *
 * The element's data: pointsUrl, areasUrl, municipalitiesUrl, cardUrl (with 0 for the number),
 * regionsUrl (the districts as a table). Whatever fails, the drawing and the list stay.
 */
export async function mountMap(root) {
  const { pointsUrl, areasUrl } = root.dataset;
  const small = isSmall(); // there MapLibre comes with the first touch, see still.js
  const by = small ? "nobody yet" : painter();
  if (by === "none") {
    tell(root, words.plain);
    return null;
  }
  const parts = [
    import("./landkarte.js"),
    small ? null : import("./base.js"),
    getJson(areasUrl),
    getJson(pointsUrl),
    document.fonts.load('400 13px "Fira Sans"'),
    document.fonts.load('600 14px "Fira Sans"'),
  ];
  try {
    const [{ Landkarte }, base, ground, data] = await Promise.all(parts);
    return new Landkarte(root, ground, new Points(data), { pointsUrl, base, software: by === "software" });
  } catch (error) {
    console.error(error);
    tell(root, words.failed);
    return null;
  }
}
