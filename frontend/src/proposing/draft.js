// What somebody typed stays in this browser until it is sent, for two weeks at most. Who she is,
// what she writes to the editors, and her consent are never kept. Nothing here leaves the browser.
const KEY = "st-proposal";
const KEEP_MS = 14 * 24 * 3600 * 1000;
const NEVER = new Set(
  "email person_name words consent stamp csrfmiddlewaretoken act fax draft distinct".split(" "),
);
const form = document.querySelector("form[data-draft]");
const note = document.querySelector("[data-draft-note]");

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return kept && Date.now() - kept.at < KEEP_MS ? kept : null;
  } catch {
    return null; // storage may be forbidden, or hold something else
  }
}

function write(kept) {
  try {
    if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the form works all the same.
  }
}

function typed() {
  const fields = {};
  for (const [name, value] of new FormData(form))
    if (!NEVER.has(name) && value) (fields[name] ??= []).push(value);
  return fields;
}

function fill(fields) {
  for (const field of form.elements) {
    if (!field.name || NEVER.has(field.name)) continue;
    const values = fields[field.name] ?? [];
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
  for (const more of form.querySelectorAll("details"))
    if ([...more.querySelectorAll("input, select, textarea")].some((f) => f.name in fields))
      more.open = true;
}

function keep() {
  const fields = typed();
  // "What is it?" and the like always have a value: a draft begins with the name.
  write(fields.name || fields.description ? { at: Date.now(), fields } : null);
}

const kept = read();
if (!form) {
  // Sent: the server has it now.
  if (kept?.sent) write(null);
} else {
  if (form.dataset.draft === "" && kept && note) {
    fill(kept.fields);
    note.hidden = false;
    note.querySelector("[data-draft-discard]").addEventListener("click", () => {
      write(null);
      form.reset();
      note.hidden = true;
    });
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    // If the server refuses it, the page comes back and the next letter keeps it again.
    if (event.submitter?.value !== "keep") write({ at: Date.now(), fields: typed(), sent: true });
  });
}
