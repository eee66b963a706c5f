// The quiet ground: region, districts as hairlines, rivers as the only blue. MapLibre draws it.
import { Map as MapLibre, getVersion, setWorkerCount, setWorkerUrl } from "maplibre-gl";
import { area, collection, getJson, smoothLines } from "./data.js";
import { words } from "./words.js";

const MUNICIPALITIES_FROM = 8.7;

/** The map with its ground; it can also `recolour` and `paint` as the still map can. */
export function baseMap(container, areas, colours, { view, coarse, software }) {
  const worker = new URL("map-worker.js", import.meta.url);
  worker.searchParams.set("v", getVersion()); // its content changes with the library
  setWorkerUrl(worker.href);
  setWorkerCount(1);
  const map = new MapLibre({
    container,
    style: style(areas, colours),
    ...view,
    minZoom: 1,
    maxZoom: 14,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    fadeDuration: 0,
    validateStyle: false,
    maxTileCacheSize: 60,
    refreshExpiredTiles: false,
    cooperativeGestures: coarse,
    // Without a graphics card every pixel is paid for; lines then are a little softer.
    pixelRatio: Math.min(2, window.devicePixelRatio || 1) * (software ? 0.75 : 1),
    canvasContextAttributes: { antialias: false, powerPreference: "low-power" },
    locale: {
      "Map.Title": words.map,
      "CooperativeGesturesHandler.MobileHelpText": words.gesture,
      "CooperativeGesturesHandler.WindowsHelpText": words.gestureWheel,
      "CooperativeGesturesHandler.MacHelpText": words.gestureWheel,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.recolour = (now) => recolour(map, now);
  map.paint = (byDistrict, now) => {
    const apply = () => paintClasses(map, byDistrict, now);
    if (map.isStyleLoaded()) apply();
    else map.once("idle", apply);
  };
  return map;
}

/** Draws municipalities once the map is close enough to need them. */
export function municipalitiesWhenClose(map, areas, url) {
  const load = async () => {
    if (map.getZoom() < MUNICIPALITIES_FROM - 0.7) return;
    map.off("zoomend", load);
    try {
      const { municipalities } = await getJson(url);
      const more = municipalities.map((m) => area(m.rings, { kind: "municipality" }));
      map.getSource("ground").setData(collection([...features(areas), ...more]));
    } catch {
      map.on("zoomend", load); // hairlines are not worth a message; the next zoom tries again
    }
  };
  map.on("zoomend", load);
  load();
}

const features = (areas) => [
  ...areas.state.map((rings) => area(rings, { kind: "state" })),
  ...areas.districts.map((d) => area(d.rings, { kind: "district", ags: d.ags })),
  ...areas.rivers.map((r) => smoothLines(r.lines, { kind: "river" })),
];

const only = (kind) => ["==", ["get", "kind"], kind];
const growing = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

/** All from one source: MapLibre masks the tiles anew for each change of the source. */
function style(areas, colours) {
  const line = (id, kind, colour, paint, more = {}) => ({
    id,
    type: "line",
    source: "ground",
    filter: only(kind),
    paint: { "line-color": colour, ...paint },
    ...more,
  });
  const fill = (id, kind, visibility) => ({
    id,
    type: "fill",
    source: "ground",
    filter: only(kind),
    layout: { visibility },
    paint: { "fill-color": colours.land, "fill-antialias": false },
  });
  const round = { layout: { "line-cap": "round", "line-join": "round" } };
  return {
    version: 8,
    sources: {
      ground: { type: "geojson", data: collection(features(areas)), maxzoom: 11, tolerance: 0.5, buffer: 32 },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.sea } },
      fill("land", "state", "visible"),
      fill("classes", "district", "none"),
      line("municipalities", "municipality", colours.line, { "line-width": 0.6, "line-opacity": 0.7 }, { minzoom: MUNICIPALITIES_FROM }),
      // Rivers are schematic: close up they would claim more than they know.
      line(
        "rivers",
        "river",
        colours.river,
        { "line-width": growing(6, 1, 9, 2, 12, 4), "line-opacity": growing(10, 0.75, 12, 0) },
        { maxzoom: 12, ...round },
      ),
      line("districts", "district", colours.line, { "line-width": growing(6, 0.7, 10, 1.4) }),
      line("outline", "state", colours.outline, { "line-width": growing(6, 1.1, 10, 2) }),
    ],
  };
}

/** Paints the ground in other colours. */
function recolour(map, colours) {
  map.setPaintProperty("sea", "background-color", colours.sea);
  map.setPaintProperty("land", "fill-color", colours.land);
  for (const [layer, colour] of [
    ["municipalities", colours.line],
    ["districts", colours.line],
    ["rivers", colours.river],
    ["outline", colours.outline],
  ]) {
    map.setPaintProperty(layer, "line-color", colour);
  }
}

/** Fills the districts by class; `byDistrict`: key -> colour. */
function paintClasses(map, byDistrict, colours) {
  const pairs = Object.entries(byDistrict ?? {}).flat();
  map.setLayoutProperty("classes", "visibility", byDistrict ? "visible" : "none");
  if (byDistrict) {
    map.setPaintProperty("classes", "fill-color", pairs.length ? ["match", ["get", "ags"], ...pairs, colours.land] : colours.land);
  }
  map.setPaintProperty("districts", "line-color", byDistrict ? colours.ground : colours.line);
}
