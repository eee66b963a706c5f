// The part of MapLibre that cuts and simplifies in the background.
import "maplibre-gl/dist/maplibre-gl-worker.mjs";
