// The page around verify.js: file inputs, a language switch, and the result in words.
import { fingerprint, isEvidence, isValid, NAMES, verify } from "./verify.js";
import { WORDS } from "./words.js";

const find = (id) => document.getElementById(id);
let language = navigator.language?.startsWith("de") ? "de" : "en";
let shown = null;

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function translate() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const part of document.querySelectorAll("[data-word]")) part.textContent = words[part.dataset.word];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  if (shown) show(shown);
}

/** A moment as people write it; everything else as it is. */
function readable(value) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return String(value);
  const form = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${form.format(new Date(value))} UTC`;
}

const bytes = async (file) => new Uint8Array(await file.arrayBuffer());
const one = async (id) => (find(id).files[0] ? bytes(find(id).files[0]) : null);
const all = (id) => Promise.all([...find(id).files].map(bytes));

/** Name within the chosen folder → content; null if none was chosen. */
async function folder() {
  const files = [...find("evidence").files];
  if (!files.length) return null;
  const found = new Map();
  for (const file of files) {
    const name = (file.webkitRelativePath || file.name).split("/").slice(file.webkitRelativePath ? 1 : 0).join("/");
    if (isEvidence(name)) found.set(name, await bytes(file));
  }
  return found;
}

async function run(event) {
  event.preventDefault();
  const [certificate, issuer] = [await one("certificate"), await one("issuer")];
  if (!certificate || !issuer) return show({ problem: "missing" });
  const date = find("date").value;
  const now = date ? Date.parse(`${date}T00:00:00Z`) : Date.now();
  try {
    const [evidence, lists, inclusion] = [await folder(), await all("lists"), await one("inclusion")];
    const answer = await verify({ certificate, issuer, now, evidence, lists, inclusion });
    show({ ...answer, fingerprint: fingerprint(issuer) });
  } catch {
    show({ problem: "bad_issuer" });
  }
}

function show(answer) {
  shown = answer;
  const words = WORDS[language];
  const result = find("result");
  result.replaceChildren(element("h2", words.result));
  if (answer.problem) {
    result.append(element("p", words[answer.problem], { class: "bad" }));
    return;
  }
  const valid = isValid(answer.checks);
  result.dataset.valid = String(valid);
  result.append(
    element("p", valid ? words.valid : words.invalid, { class: valid ? "verdict good" : "verdict bad" }),
    element("p", valid ? words.valid_text : words.invalid_text),
    checkList(answer.checks, words),
  );
  if (answer.document) result.append(element("h2", words.what), statement(answer.document, words));
  result.append(element("p", `${words.fingerprint}: `), element("code", answer.fingerprint));
}

function checkList(checks, words) {
  const list = element("ul", "", { class: "checks" });
  for (const name of NAMES.filter((key) => key in checks)) {
    const [outcome, code, values] = checks[name];
    const item = element("li", "", { "data-name": name, "data-outcome": outcome, "data-code": code });
    const mark = { passed: "✓", failed: "✗", not_checked: "–" }[outcome];
    item.append(element("span", mark, { "aria-hidden": "true", class: outcome }));
    item.append(element("strong", ` ${words.names[name]}: ${words[outcome]}. `));
    const plain = outcome === "failed" && code === name ? "" : words.codes[code];
    item.append([plain, values.map(readable).join(code === "dates" ? " – " : ", ")].filter(Boolean).join(" "));
    list.append(item);
  }
  return list;
}

function statement(content, words) {
  const subject = content.credentialSubject;
  const rows = [
    [words.system, [subject.system?.name, subject.system?.version].filter(Boolean).join(" ")],
    [words.applicant, subject.applicant],
    [words.examiner, subject.examiner || words.self],
    [words.outcome, subject.passed ? words.passed_outcome : words.failed_outcome],
    [words.period, `${readable(content.validFrom)} ${words.until} ${readable(content.validUntil)}`],
  ];
  const box = element("div");
  const list = element("dl");
  for (const [name, value] of rows) list.append(element("dt", name), element("dd", String(value)));
  box.append(list, element("p", String(subject.notice?.[language] ?? "")));
  return box;
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    language = button.dataset.language;
    translate();
  });
}
find("form").addEventListener("submit", run);
translate();
