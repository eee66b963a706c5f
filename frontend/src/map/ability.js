// What the browser can do, and what to say where it cannot.
import { h } from "./dom.js";
import { words } from "./words.js";

export const isSmall = () => matchMedia("(max-width: 56rem)").matches;

/**
 * Resolves when what moves is wanted: at once where there is room, else with a button over the still
 * picture, because WebGL's half megabyte and first frames keep a phone busy for seconds.
 *
 * Resolves to true if a person asked, who then expects the keyboard there.
 */
export function wanted(root, label) {
  if (!isSmall()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const button = h("button", { type: "button", class: "st-map-start kern-btn kern-btn--secondary" }, h("span", { class: "kern-label" }, label));
    button.addEventListener("click", () => {
      button.setAttribute("aria-disabled", "true");
      button.firstChild.textContent = words.starting;
      resolve(true);
    }, { once: true });
    root.append(button);
  });
}

/** Who draws WebGL here: "none", "software" (the processor) or "hardware". */
export function painter() {
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

export function tell(root, text) {
  root.append(h("p", { class: "st-map-failed", role: "status" }, text));
}
