// Says in words why a passkey did not work; the library itself only writes to the console.
document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey-problem");
  if (!place) return;
  event.preventDefault();
  const name = event.detail.exception && event.detail.exception.name;
  const known = name === "NotAllowedError" || name === "AbortError";
  place.textContent = known ? place.dataset.cancelled : place.dataset.unsupported;
  place.className = "st-alert st-alert--danger";
  place.hidden = false;
});
