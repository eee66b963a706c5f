// Puts the network together. Whatever fails, the list stays, and the still picture takes its place.
import { painter, tell } from "../map/ability.js";
import { h } from "../map/dom.js";
import { getJson } from "../map/data.js";
import { words } from "./words.js";

export async function mountNetwork(root) {
  const by = painter();
  if (by === "none") return still(root, words.plain);
  try {
    const [{ NetworkView }, data] = await Promise.all([
      import("./view.js"),
      getJson(root.dataset.url),
      document.fonts.load('400 14px "Fira Sans"'),
    ]);
    return new NetworkView(root, data, { software: by === "software" });
  } catch (error) {
    console.warn(error);
    return still(root, words.failed);
  }
}

function still(root, text) {
  root.replaceChildren(h("img", { class: "st-net-picture", src: root.dataset.picture, alt: words.picture }));
  tell(root, text);
  return null;
}
