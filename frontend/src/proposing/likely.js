// Entries that a new one may already be, shown while name and website are typed. Without this file the
// server asks the same once the form is sent.
const WAIT_MS = 350;
const LEAST = 3;
const region = document.querySelector("[data-likely]");
const fields = ["name", "place", "website"].map((name) => document.getElementById(`id_${name}`));
let timer = 0;
let request = null;
let shown = "[]";

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function link(url, className, text) {
  const made = element("a", className, text);
  made.href = url;
  return made;
}

function line(one) {
  const item = document.createElement("li");
  const about = document.createElement("p");
  about.append(link(one.url, "", one.name), one.town ? `, ${one.town} ` : " ");
  about.append(element("span", "st-muted", `(${one.why})`));
  const claim = link(one.claim, "st-button st-button--secondary", region.dataset.claim);
  claim.append(element("span", "kern-sr-only", `: ${one.name}`));
  item.append(about, claim);
  return item;
}

function show(likely) {
  const now = JSON.stringify(likely);
  // The same answer again would be read aloud again.
  if (now === shown) return;
  shown = now;
  if (!likely.length) return region.replaceChildren();
  const list = document.createElement("ul");
  list.append(...likely.map(line));
  region.replaceChildren(element("p", "st-propose-likely__title", region.dataset.title), list);
}

async function ask() {
  request?.abort();
  const values = fields.map((field) => [field.name, field.value.trim()]);
  const [name, , website] = values.map(([, value]) => value);
  if (name.length < LEAST && !website.includes(".")) return show([]);
  request = new AbortController();
  try {
    const url = `${region.dataset.likely}?${new URLSearchParams(values)}`;
    const response = await fetch(url, { signal: request.signal });
    if (response.ok) show((await response.json()).likely);
  } catch {
    // Offline or overtaken by the next letter: the server asks when the form is sent.
  }
}

// The page that says "sent" has no form.
for (const field of region ? fields : []) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}
