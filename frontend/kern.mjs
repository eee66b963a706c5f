// Leaves out of the KERN stylesheet what the product does not use: the utility and grid classes
// (two thirds of the file), the bar of federal authorities, and icons that no page names.
import { readFile, readdir } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = resolve(dirname(fileURLToPath(import.meta.url)), "../src/steiger/web");
const SCRIPTS = resolve(dirname(fileURLToPath(import.meta.url)), "src");

const KEPT = [
  "accordion", "alert", "badge", "body", "btn", "card", "dark", "description-list", "dialog",
  "divider", "dropdown", "error", "fieldset", "form", "heading", "hgroup", "hint", "icon", "input",
  "label", "layer", "level", "light", "link", "list", "loader", "number", "preline", "progress",
  "sr-only", "subline", "summary", "table", "task-list", "title",
];
// These belong to components and modifiers, not to pictures.
const ICON_SIZES = ["small", "default", "large", "x-large"];

/** An esbuild plugin: `@import "kern"` is the reduced stylesheet. */
export function kernSubset(path) {
  return {
    name: "kern-subset",
    setup(builder) {
      builder.onResolve({ filter: /^kern$/ }, () => ({ path, namespace: "kern" }));
      builder.onLoad({ filter: /.*/, namespace: "kern" }, async () => {
        const icons = await namedIcons();
        const css = (await readFile(path, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
        return { contents: reduce(css, icons), loader: "css", resolveDir: dirname(path) };
      });
    },
  };
}

/** Names of icons that templates, Python or scripts mention. */
async function namedIcons() {
  const found = new Set(ICON_SIZES);
  for (const root of [WEB, SCRIPTS]) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || ![".html", ".py", ".js"].includes(extname(entry.name))) continue;
      const text = await readFile(join(entry.parentPath ?? entry.path, entry.name), "utf8");
      for (const match of text.matchAll(/kern-icon--([a-z-]+)|\bicon(?:=|\s+|\()["']([a-z-]+)["']/g)) {
        found.add(match[1] ?? match[2]);
      }
    }
  }
  return found;
}

function reduce(css, icons) {
  return blocks(css)
    .map(({ head, body }) => {
      const at = head.trim();
      if (at.startsWith("@font-face") || at.startsWith("@charset")) return "";
      if (at.startsWith("@media") || at.startsWith("@supports")) {
        const inner = reduce(body, icons);
        return inner.trim() ? `${head}{${inner}}` : "";
      }
      if (at.startsWith("@")) return body === null ? head : `${head}{${body}}`;
      const selectors = split(head).filter((selector) => wanted(selector, icons));
      return selectors.length ? `${selectors.join(",")}{${body}}` : "";
    })
    .join("\n");
}

function wanted(selector, icons) {
  for (const [, name] of selector.matchAll(/\.kern-([a-z0-9_-]+)/g)) {
    const icon = /^icon--([a-z-]+)$/.exec(name);
    if (icon && !icons.has(icon[1])) return false;
    if (!KEPT.some((kept) => name === kept || name.startsWith(`${kept}-`) || name.startsWith(`${kept}_`))) {
      return false;
    }
  }
  return true;
}

/** Commas outside brackets separate selectors. */
function split(head) {
  const parts = [""];
  let depth = 0;
  for (const sign of head) {
    if (sign === "(" || sign === "[") depth += 1;
    if (sign === ")" || sign === "]") depth -= 1;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

/** The outermost rules of a stylesheet; braces inside strings are not counted. */
function blocks(css) {
  const found = [];
  let depth = 0, start = 0, open = 0, quote = "";
  for (let i = 0; i < css.length; i += 1) {
    const sign = css[i];
    if (quote) {
      if (sign === "\\") i += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ";" && depth === 0) {
      start = i + 1; // @charset and the like are not needed
    } else if (sign === "{") {
      if (depth === 0) open = i;
      depth += 1;
    } else if (sign === "}") {
      depth -= 1;
      if (depth === 0) {
        found.push({ head: css.slice(start, open), body: css.slice(open + 1, i) });
        start = i + 1;
      }
    }
  }
  return found;
}
