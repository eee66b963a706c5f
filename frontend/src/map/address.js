// What the address remembers of the map: its part behind #, so that neither the list nor the way
// back changes. "#karte=8.5/51.43/7.66&eintrag=17"
const PREFIX = "#karte=";

/** @returns {{view: ?object, actor: ?number}} */
export function read() {
  if (!location.hash.startsWith(PREFIX)) return { view: null, actor: null };
  const query = new URLSearchParams(location.hash.slice(1));
  const parts = (query.get("karte") ?? "").split("/");
  const [zoom, lat, lon] = parts.map(Number);
  const ok = parts.length === 3 && [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  const actor = Number(query.get("eintrag"));
  return {
    view: ok ? { zoom: Math.max(1, Math.min(16, zoom)), center: [lon, lat] } : null,
    actor: Number.isSafeInteger(actor) && actor > 0 ? actor : null,
  };
}

export function write(map, actor) {
  // "#filter" and other targets of the page stay as they are.
  if (location.hash && !location.hash.startsWith(PREFIX)) return;
  const { lng, lat } = map.getCenter();
  const chosen = actor ? `&eintrag=${actor}` : "";
  const hash = `${PREFIX}${map.getZoom().toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}${chosen}`;
  if (hash !== location.hash) history.replaceState(history.state, "", hash);
}
