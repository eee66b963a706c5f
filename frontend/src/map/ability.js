// What the browser can do, and what to say where it cannot.
import { h } from "./dom.js";

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
