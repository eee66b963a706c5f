// Puts the map together: data, ground, points, list, card, address.
import { h } from "./dom.js";
import { getJson, Points } from "./data.js";
import { words } from "./words.js";

/** Whether the browser can draw the base map. */
function canDraw() {
  try {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2"));
  } catch {
    return false;
  }
}

function tell(root, text) {
  root.append(h("p", { class: "st-map-failed", role: "status" }, text));
}

/**
 * Draws the map into an element that holds a plain drawing of it.
 *
 * The element's data: pointsUrl, areasUrl, municipalitiesUrl, cardUrl (with 0 for the number),
 * regionsUrl (the districts as a table). Whatever fails, the drawing and the list stay.
 */
export async function mountMap(root) {
  if (!canDraw()) {
    tell(root, words.plain);
    return null;
  }
  const { pointsUrl, areasUrl } = root.dataset;
  const library = import("./landkarte.js");
  const areas = getJson(areasUrl);
  const points = getJson(pointsUrl);
  const fonts = Promise.all([document.fonts.load('400 13px "Fira Sans"'), document.fonts.load('600 14px "Fira Sans"')]);
  try {
    const [{ Landkarte }, ground, data] = await Promise.all([library, areas, points, fonts]);
    return new Landkarte(root, ground, new Points(data), pointsUrl);
  } catch (error) {
    console.error(error);
    tell(root, words.failed);
    return null;
  }
}
