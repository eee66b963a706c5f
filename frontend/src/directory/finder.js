// Results and filters without a new page: a change asks for the parts that changed, puts them in
// place, keeps the focus and the open filter groups, and writes the address. Back and forward ask
// again for the address they come to.
const TYPING_MS = 220;

/** @param {HTMLFormElement} form the form around search box, filters and results */
export function finder(form) {
  const status = document.getElementById("finder-status");
  let request = null;
  let timer = 0;
  let shown = location.pathname + location.search;

  /** The address that the form would lead to, without what says nothing. */
  function address() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "radius" && !form.elements.near.value)) query.append(name, value);
    }
    const asked = String(query); // Safari before 17 does not count the parts of a query
    return asked ? `${form.action.split("?")[0]}?${asked}` : form.action.split("?")[0];
  }

  async function load(url, { history: how = "push", fields = false } = {}) {
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();
    form.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, {
        headers: { "HX-Request": "true" },
        signal: request.signal,
      });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const root = page.querySelector("[data-address]");
      if (!root) throw new Error("no parts");
      put(root);
      const clean = root.dataset.address;
      if (how === "push" && clean !== shown) history.pushState({ finder: true }, "", clean);
      if (how === "replace") history.replaceState({ finder: true }, "", clean);
      shown = clean;
      if (fields) fill(new URL(clean, location.href).searchParams);
      document.title = document.title.replace(/^.*(?= – Steiger)/, () => root.dataset.title);
      status.textContent = root.dataset.status;
      const detail = { query: root.dataset.pointsQuery };
      const map = document.getElementById("landkarte");
      if (map) map.dataset.pointsUrl = map.dataset.pointsUrl.split("?")[0] + detail.query;
      document.dispatchEvent(new CustomEvent("steiger:filters", { detail }));
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(url); // the plain way always works
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  function put(root) {
    const focused = document.activeElement?.id;
    const groups = [...form.querySelectorAll("details[id]")].map((d) => [d.id, d.open]);
    for (const part of root.querySelectorAll("[data-part]")) {
      document.getElementById(part.id)?.replaceChildren(...part.childNodes);
    }
    for (const [id, open] of groups) {
      const group = document.getElementById(id);
      if (group) group.open = open;
    }
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
  }

  /** Fields outside the parts follow the address (after a chip, or back and forward). */
  function fill(query) {
    for (const name of ["q", "near", "bounds"]) form.elements[name].value = query.get(name) ?? "";
    form.elements.radius.value = query.get("radius") ?? "40";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    load(address());
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name='q']") || event.target.form !== form) return;
    load(address());
  });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => load(address(), { history: "replace" }), TYPING_MS);
  });
  // The map limits the list to what it shows. Switching that on or off is a step to go back to,
  // moving the map is not.
  document.addEventListener("steiger:area", (event) => {
    load(address(), { history: event.detail.step ? "push" : "replace" });
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || link.dataset.reload !== undefined) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    const here = form.action.split("?")[0];
    if (url.origin + url.pathname !== here || url.hash || url.searchParams.has("view") !== isView()) return;
    event.preventDefault();
    load(link.href, { fields: true }).then(() => settle(link));
  });

  const isView = () => new URLSearchParams(location.search).has("view");

  /** After a link that is gone now (a chip, a page) the reader goes on at the results. */
  function settle(link) {
    if (link.closest(".st-pagination")) {
      document.getElementById("ergebnis").scrollIntoView({ block: "start" });
    }
    if (!document.contains(document.activeElement) || document.activeElement === document.body) {
      document.getElementById("ergebnis").focus({ preventScroll: true });
    }
  }

  window.addEventListener("popstate", () => {
    const now = location.pathname + location.search;
    if (now === shown) return; // only the part behind # changed
    const views = [shown, now].map((a) => new URLSearchParams(a.split("?")[1] ?? "").get("view"));
    if (views[0] !== views[1]) return location.reload();
    load(now, { history: "none", fields: true });
  });

  // The sheet of filters on small screens: Escape closes it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !form.querySelector(".st-filters:target")) return;
    location.hash = "#ergebnis";
  });
}
