// Single keys at the editors' desk. Every key has a link or a button on the page, so that all works
// without this file; and they can be switched off, as people who speak to their computer need it.
const SWITCH = "steiger-moderation-keys";
const box = document.querySelector("[data-mod-switch]");

function stored() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

if (box) {
  box.checked = stored();
  box.closest("label").hidden = false;
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    } catch {
      // Without storage the choice holds for this page.
    }
  });
}

const rows = [...document.querySelectorAll("[data-mod-row]")];

function step(by) {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[next].querySelector("a").focus();
}

// After a, r or ?: a digit takes another reason of the same decision.
function choose(button, number) {
  const reasons = button.parentElement.querySelectorAll("input[type=radio]");
  if (number <= reasons.length) reasons[number - 1].checked = true;
}

function isWriting(target) {
  return target.closest("textarea, select, input:not([type=checkbox], [type=radio])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (box ? !box.checked : !stored()) return;
  const key = event.key;
  const focus = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
  const press = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (focus) focus.focus();
  else if (press) press.click();
  else if (/^[1-9]$/.test(key) && event.target.matches("[data-focus]")) choose(event.target, Number(key));
  else if (rows.length && (key === "j" || key === "k")) step(key === "j" ? 1 : -1);
  else if (rows.length && key === "x") rows.find((row) => row.contains(document.activeElement))?.querySelector("input[type=checkbox]").click();
  else return;
  event.preventDefault();
});
