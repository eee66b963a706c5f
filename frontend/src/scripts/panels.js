// Panels under a <summary> close on Escape, on a click elsewhere and when the focus leaves them.
const PANELS = "details.st-pop, details.st-menu";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.(`:is(${PANELS})[open]`) ?? document.querySelector(`:is(${PANELS})[open]`);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const panel of document.querySelectorAll(`:is(${PANELS})[open]`)) {
      if (!panel.contains(event.target)) panel.open = false;
    }
  });
}
