// Lighthouse on the page with times of the consultation hours. It answers a form and has no address
// of its own, because a firm's words never stand in an address; so a browser fills the form in. For
// the same reason no search engine may list it, and whether one could is not asked.
//
//     node lighthouse_slots.mjs http://127.0.0.1:8000 /usr/bin/chromium [dry]
//
// Prints the scores as JSON; with "dry" only the number of times that the page offers.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "../../frontend/node_modules");
const need = createRequire(join(MODULES, "lighthouse/package.json"));
const puppeteer = need("puppeteer-core");
const { startFlow } = await import(pathToFileURL(join(MODULES, "lighthouse/core/index.js")));

const [url, chromium, dry] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
});
try {
  const page = await browser.newPage();
  await page.goto(`${url}/sprechstunde/`, { waitUntil: "load" });
  await page.type("#id_words", "Abends bleibt Brot übrig. Wie viel sollen wir backen?");
  const submit = () => page.click("main form button[type=submit]");
  if (dry) {
    await Promise.all([page.waitForNavigation(), submit()]);
    const times = await page.$$eval(".st-slot", (found) => found.length);
    console.log(JSON.stringify({ times }));
  } else {
    const categories = ["performance", "accessibility", "best-practices", "seo"];
    const flow = await startFlow(page, { config: { extends: "lighthouse:default", settings: { onlyCategories: categories, skipAudits: ["is-crawlable"] } } });
    await flow.navigate(submit);
    const result = await flow.createFlowResult();
    const found = result.steps[0].lhr.categories;
    console.log(JSON.stringify(Object.fromEntries(categories.map((key) => [key, found[key].score]))));
  }
} finally {
  await browser.close();
}
