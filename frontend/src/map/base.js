// The quiet ground: region, districts as hairlines, rivers as the only blue. MapLibre draws it.
import { Map as MapLibre, getVersion, setWorkerCount, setWorkerUrl } from "maplibre-gl";
import { area, collection, getJson, smoothLines } from "./data.js";
import { words } from "./words.js";

const MUNICIPALITIES_FROM = 8.7;

/** @returns the map, once its ground is drawn; areas: what areas.json holds. */
export function baseMap(container, areas, colours, { view, coarse }) {
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
    pixelRatio: Math.min(2, window.devicePixelRatio || 1),
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
  return map;
}

/** Draws municipalities once the map is close enough to need them. */
export function municipalitiesWhenClose(map, url) {
  const load = async () => {
    if (map.getZoom() < MUNICIPALITIES_FROM - 0.7) return;
    map.off("zoomend", load);
    try {
      const { municipalities } = await getJson(url);
      const features = municipalities.map((m) => area(m.rings));
      map.getSource("municipalities").setData(collection(features));
    } catch {
      map.on("zoomend", load); // hairlines are not worth a message; the next zoom tries again
    }
  };
  map.on("zoomend", load);
  load();
}

const source = (data, more = {}) => ({ type: "geojson", data, maxzoom: 11, tolerance: 0.5, buffer: 32, ...more });

function style(areas, colours) {
  const districts = areas.districts.map((d) => area(d.rings, { ags: d.ags }));
  return {
    version: 8,
    sources: {
      state: source(collection(areas.state.map((rings) => area(rings)))),
      districts: source(collection(districts)),
      rivers: source(collection(areas.rivers.map((r) => smoothLines(r.lines)))),
      municipalities: source(collection([])),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.sea } },
      { id: "land", type: "fill", source: "state", paint: { "fill-color": colours.land, "fill-antialias": false } },
      {
        id: "classes",
        type: "fill",
        source: "districts",
        layout: { visibility: "none" },
        paint: { "fill-color": colours.land, "fill-antialias": false },
      },
      {
        id: "municipalities",
        type: "line",
        source: "municipalities",
        minzoom: MUNICIPALITIES_FROM,
        paint: { "line-color": colours.line, "line-width": 0.6, "line-opacity": 0.7 },
      },
      {
        id: "rivers",
        type: "line",
        source: "rivers",
        maxzoom: 12,
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": colours.river,
          "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1, 9, 2, 12, 4],
          // The lines are schematic: close up they would claim more than they know.
          "line-opacity": ["interpolate", ["linear"], ["zoom"], 10, 0.75, 12, 0],
        },
      },
      {
        id: "districts",
        type: "line",
        source: "districts",
        layout: { "line-join": "round" },
        paint: { "line-color": colours.line, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.7, 10, 1.4] },
      },
      {
        id: "outline",
        type: "line",
        source: "state",
        layout: { "line-join": "round" },
        paint: { "line-color": colours.outline, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1.1, 10, 2] },
      },
    ],
  };
}

/** Paints the ground in other colours. */
export function recolour(map, colours) {
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
export function paintClasses(map, byDistrict, colours) {
  const pairs = Object.entries(byDistrict ?? {}).flat();
  map.setLayoutProperty("classes", "visibility", byDistrict ? "visible" : "none");
  if (byDistrict) {
    map.setPaintProperty("classes", "fill-color", pairs.length ? ["match", ["get", "ags"], ...pairs, colours.land] : colours.land);
  }
  map.setPaintProperty("districts", "line-color", byDistrict ? colours.ground : colours.line);
}
