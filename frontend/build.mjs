// Bundles src/{site,map,…}.{js,css} into the portal's static folder.
//
// Entry files keep their names (their addresses get a hash from the server); fonts and chunks carry
// a hash in their names. Beside each text file lies a .gz and a .br, which the web server sends as
// they are. Licences of everything that is bundled are collected in licences.txt.
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile, copyFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { kernSubset } from "./kern.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(HERE, "src");
const TARGET = resolve(HERE, "../src/steiger/web/portal/static/build");
const MODULES = join(HERE, "node_modules");

const started = Date.now();
await mkdir(TARGET, { recursive: true });
const written = new Set();

const entries = (await readdir(SOURCE)).filter((name) => /^[a-z-]+\.(js|css)$/.test(name)).sort();
const scripts = entries.filter((name) => name.endsWith(".js"));
const styles = entries.filter((name) => name.endsWith(".css"));

const common = {
  bundle: true,
  minify: true,
  metafile: true,
  outdir: TARGET,
  logLevel: "warning",
  legalComments: "none",
  target: await oldestBrowsers(),
  assetNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  nodePaths: [MODULES],
};

const results = [
  await build({
    ...common,
    entryPoints: scripts.map((name) => join(SOURCE, name)),
    format: "esm",
    splitting: true,
    // MapLibre's worker lives by its side effects, which its package denies.
    ignoreAnnotations: true,
    loader: { ".svg": "text" },
  }),
  await build({
    ...common,
    entryPoints: styles.map((name) => join(SOURCE, name)),
    loader: { ".woff2": "file", ".svg": "dataurl", ".png": "file" },
    plugins: [kernSubset(join(MODULES, "@kern-ux/native/dist/kern.css"))],
  }),
];

results.push(await writeCertificatePage());

for (const result of results) {
  for (const output of Object.keys(result.metafile.outputs)) written.add(relative(TARGET, resolve(output)));
}
await copyPreviewFonts();
await writeManifest(results);
await writeLicences(results);
await compress();
// Old files go last, so that a running server never misses one.
for (const name of await readdir(TARGET)) {
  if (!written.has(name)) await rm(join(TARGET, name), { recursive: true });
}
console.log(`frontend: ${entries.length} entries in ${((Date.now() - started) / 1000).toFixed(1)} s`);

/** The oldest browsers that are supported, as package.json names them: syntax is lowered to what they know. */
async function oldestBrowsers() {
  const { browserslist } = JSON.parse(await readFile(join(HERE, "package.json"), "utf8"));
  return browserslist.map((one) => one.replace("ios_saf", "ios").replace(" ", ""));
}

/** The page that verifies certificates from a USB stick: one file with everything in it. */
async function writeCertificatePage() {
  const folder = join(SOURCE, "certificate");
  const part = (entry, format) => build({ ...common, entryPoints: [join(folder, entry)], format, write: false, legalComments: "inline" });
  const [script, style] = [await part("page.js", "iife"), await part("page.css")];
  const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  // A text that closes its own element would end the page.
  const [code, rules] = [script, style].map((made) => made.outputFiles[0].text.trim());
  if (/<\/(script|style)/i.test(code + rules)) throw new Error("certificate page: closes an element");
  const page = (await readFile(join(folder, "page.html"), "utf8"))
    .replace("STYLE-HASH", () => hash(rules))
    .replace("SCRIPT-HASH", () => hash(code))
    .replace("STYLE", () => rules)
    .replace("SCRIPT", () => code);
  const libraries = await Promise.all(
    ["@noble/ed25519", "@noble/hashes"].map(async (name) => `${name}\n\n${await readFile(join(MODULES, name, "LICENSE"), "utf8")}`),
  );
  // It travels alone, so that the licences of what is in it travel with it.
  await writeFile(join(TARGET, "verify-certificate.html"), `${page}<!--\n${libraries.join("\n").replaceAll("--", "- -")}\n-->\n`);
  written.add("verify-certificate.html");
  return { metafile: { inputs: { ...script.metafile.inputs }, outputs: {} } };
}

/** The fonts for preview pictures hold all letters of the Latin script, unlike those for pages. */
async function copyPreviewFonts() {
  const folder = join(MODULES, "@kern-ux/native/dist/fonts/fira-sans");
  for (const weight of ["Regular", "SemiBold"]) {
    const name = `FiraSans-${weight}.woff2`;
    await copyFile(join(folder, name), join(TARGET, name));
    written.add(name);
  }
}

/** Which hashed files the pages should ask for early: the Latin fonts. */
async function writeManifest(built) {
  const preload = [];
  for (const result of built) {
    for (const output of Object.keys(result.metafile.outputs)) {
      const name = relative(TARGET, resolve(output));
      if (/^fira-sans-latin-\d+-normal-.*\.woff2$/.test(name)) preload.push(name);
    }
  }
  await writeFile(join(TARGET, "manifest.json"), JSON.stringify({ preload: preload.sort() }));
  written.add("manifest.json");
}

/** Collects name, version, licence and licence text of each bundled package. */
async function writeLicences(built) {
  const names = new Set(["@kern-ux/native"]);
  for (const result of built) {
    for (const input of Object.keys(result.metafile.inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match) names.add(match[1]);
    }
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = join(MODULES, name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
    parts.push(`${name} ${about.version} – ${about.license}\n\n${texts.join("\n\n").trim()}\n`);
  }
  written.add("licences.txt");
  await writeFile(join(TARGET, "licences.txt"), parts.join(`\n${"=".repeat(80)}\n\n`));
}

/** Writes .gz and .br beside each text file. */
async function compress() {
  for (const name of [...written]) {
    if (!/\.(js|css|txt|json|svg)$/.test(name)) continue;
    const content = await readFile(join(TARGET, name));
    await writeFile(join(TARGET, `${name}.gz`), gzipSync(content, { level: 9 }));
    written.add(`${name}.gz`).add(`${name}.br`);
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    await writeFile(join(TARGET, `${name}.br`), brotliCompressSync(content, { params: quality }));
  }
}
