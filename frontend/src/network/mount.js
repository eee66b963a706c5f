// Puts the network together. Whatever fails, the list stays, and the still picture takes its place.
import { isSmall, painter, tell, wanted } from "../map/ability.js";
import { h } from "../map/dom.js";
import { getJson } from "../map/data.js";
import { words } from "./words.js";

export async function mountNetwork(root) {
  const by = painter();
  if (by === "none") return still(root, words.plain);
  if (isSmall()) root.replaceChildren(picture(root));
  const asked = await wanted(root, words.move);
  try {
    const [{ NetworkView }, data] = await Promise.all([
      import("./view.js"),
      getJson(root.dataset.url),
      document.fonts.load('400 14px "Fira Sans"'),
    ]);
    const view = new NetworkView(root, data, { software: by === "software" });
    if (asked) view.stage.focus();
    return view;
  } catch (error) {
    console.warn(error);
    return still(root, words.failed);
  }
}

const picture = (root) => h("img", { class: "st-net-picture", src: root.dataset.picture, alt: words.picture });

function still(root, text) {
  root.replaceChildren(picture(root));
  tell(root, text);
  return null;
}
