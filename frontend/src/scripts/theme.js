// Light, dark or as the system says; dense or roomy on desks. The page's head applies the stored
// choice before the first paint, this file only changes it.
const root = document.documentElement;

function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Storage may be forbidden; the choice then lasts for this page.
  }
}

function show() {
  const theme = root.dataset.kernTheme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
  const density = root.dataset.density ?? "roomy";
  for (const button of document.querySelectorAll("[data-density-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.densityChoice === density));
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  const density = event.target.closest("[data-density-choice]")?.dataset.densityChoice;
  if (theme) {
    const stored = theme === "system" ? "" : theme;
    if (stored) root.dataset.kernTheme = stored;
    else delete root.dataset.kernTheme;
    remember("st-theme", stored);
    // Maps draw on a canvas and cannot follow by CSS alone.
    document.dispatchEvent(new CustomEvent("st:theme", { detail: theme }));
  }
  if (density) {
    if (density === "dense") root.dataset.density = "dense";
    else delete root.dataset.density;
    remember("st-density", density === "dense" ? "dense" : "");
  }
  if (theme || density) show();
});

// Paper is white: a theme chosen on the page would print light words on it. The browser itself prints
// light where only the system is dark. Some browsers tell of the print view by the query, some by events.
let onScreen = null;

function print(begins) {
  if (begins && onScreen === null) {
    onScreen = root.dataset.kernTheme ?? "";
    root.dataset.kernTheme = "light";
  } else if (!begins && onScreen !== null) {
    if (onScreen) root.dataset.kernTheme = onScreen;
    else delete root.dataset.kernTheme;
    onScreen = null;
  }
}

matchMedia("print").addEventListener("change", (event) => print(event.matches));
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));

show();
