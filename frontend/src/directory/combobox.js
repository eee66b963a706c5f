// Completions under a text field, after the WAI-ARIA pattern "editable combobox with list
// autocomplete": arrows move through the list while the text field keeps the focus, Enter opens the
// chosen entry, Escape closes the list and leaves the text.
const WAIT_MS = 90;
const LEAST = 2;
let lists = 0;

/** @param {HTMLInputElement} input a field with data-suggest-url */
export function combobox(input) {
  const box = input.closest(".st-combobox") ?? input.parentElement;
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = `suggestions-${(lists += 1)}`;
  list.className = "st-suggestions";
  list.role = "listbox";
  list.ariaLabel = input.dataset.suggestLabel ?? "";
  list.hidden = true;
  status.className = "kern-sr-only";
  status.role = "status";
  box.append(list, status);
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);

  let active = -1;
  let timer = 0;
  let request = null;
  let asked = "";

  const options = () => [...list.children];
  const isOpen = () => !list.hidden;

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    active = -1;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    active = (index + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  function show(items) {
    list.replaceChildren(...items.map((item, i) => option(item, `${list.id}-${i}`)));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = items.length === 0;
    input.ariaExpanded = String(items.length > 0);
    status.textContent = items.length
      ? (input.dataset.suggestCount ?? "").replace("{n}", String(items.length))
      : "";
  }

  function option(item, id) {
    const line = document.createElement("li");
    line.id = id;
    line.role = "option";
    line.ariaSelected = "false";
    line.dataset.url = item.url;
    line.append(emphasised(item.text, input.value));
    const notes = [];
    if (item.matched) {
      const word = item.why === "former" ? input.dataset.suggestFormer : input.dataset.suggestAlso;
      notes.push(`${word}: ${item.matched}`);
    }
    if (item.town) notes.push(item.town);
    if (notes.length) {
      const note = document.createElement("span");
      note.className = "st-suggestion-note";
      note.textContent = notes.join(" · ");
      line.append(" ", note);
    }
    return line;
  }

  async function ask() {
    const text = input.value.trim();
    if (text === asked && isOpen()) return;
    asked = text;
    if (text.length < LEAST) return close();
    request?.abort();
    request = new AbortController();
    try {
      const url = `${input.dataset.suggestUrl}?q=${encodeURIComponent(text)}`;
      const response = await fetch(url, { signal: request.signal });
      if (!response.ok) return;
      const { suggestions } = await response.json();
      if (document.activeElement === input && input.value.trim() === text) show(suggestions);
    } catch {
      // Offline or overtaken by the next letter: the field works as a plain one.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!isOpen()) {
        asked = "";
        ask();
      } else {
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(active < 0 && step < 0 ? options().length - 1 : active + step);
      }
      event.preventDefault();
    } else if (event.key === "Enter" && isOpen() && active >= 0) {
      event.preventDefault();
      location.assign(options()[active].dataset.url);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    }
  });
  // The field keeps the focus while the mouse is in the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-url]");
    if (line) location.assign(line.dataset.url);
  });
}

/** The text with the part that was typed in bold. */
function emphasised(text, typed) {
  const begin = text.toLocaleLowerCase().indexOf(typed.trim().toLocaleLowerCase());
  const whole = document.createElement("span");
  if (begin < 0 || !typed.trim()) {
    whole.textContent = text;
    return whole;
  }
  const end = begin + typed.trim().length;
  const bold = document.createElement("strong");
  bold.textContent = text.slice(begin, end);
  whole.append(text.slice(0, begin), bold, text.slice(end));
  return whole;
}
