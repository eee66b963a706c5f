// Puts the map together: data, ground, points, list, card, address.
import { h } from "./dom.js";
import { getJson, Points } from "./data.js";
import { words } from "./words.js";

/** Who draws WebGL here: "none", "software" (the processor) or "hardware". */
function painter() {
  try {
    const gl = document.createElement("canvas").getContext("webgl2");
    if (!gl) return "none";
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    gl.getExtension("WEBGL_lose_context")?.loseContext();
    return /swiftshader|llvmpipe|software|basic render/i.test(name) ? "software" : "hardware";
  } catch {
    return "none";
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
  const { pointsUrl, areasUrl } = root.dataset;
  const by = painter();
  if (by === "none") {
    tell(root, words.plain);
    return null;
  }
  const library = import("./landkarte.js");
  const areas = getJson(areasUrl);
  const points = getJson(pointsUrl);
  const fonts = Promise.all([document.fonts.load('400 13px "Fira Sans"'), document.fonts.load('600 14px "Fira Sans"')]);
  try {
    const [{ Landkarte }, ground, data] = await Promise.all([library, areas, points, fonts]);
    return new Landkarte(root, ground, new Points(data), { pointsUrl, software: by === "software" });
  } catch (error) {
    console.error(error);
    tell(root, words.failed);
    return null;
  }
}
