// Districts coloured by entries per inhabitant: note under the pointer, card on a click.
import { choropleth } from "./classes.js";
import { h } from "./dom.js";
import { number, words } from "./words.js";

export class Districts {
  constructor(landkarte) {
    this.landkarte = landkarte;
    this.shown = null;
  }

  /** Colours the districts, or takes the colours away. */
  paint(on) {
    const { areas, points, colours, overlay, map } = this.landkarte;
    this.shown = on ? choropleth(areas.districts, points.districts, colours) : null;
    overlay.values = this.shown?.values ?? null;
    map.paint(this.shown?.byDistrict ?? null, colours);
    overlay.request();
  }

  at(lngLat) {
    const { map } = this.landkarte;
    const [feature] = map.queryRenderedFeatures(map.project(lngLat), { layers: ["classes"] });
    return feature ? this.shown.found.get(feature.properties.ags) : undefined;
  }

  point(point, lngLat) {
    const { map, note, stage } = this.landkarte;
    const district = this.at(lngLat);
    map.getCanvas().style.cursor = district ? "pointer" : "";
    if (!district) return note.hide();
    return note.show(point.x, point.y, district.name, this.text(district), stage.clientWidth);
  }

  text({ rate, actors }) {
    const per = rate === null ? words.unknown : `${number(rate, undefined, 1)} ${words.perPeople}`;
    return `${words.entries(actors)} · ${per}`;
  }

  press(lngLat) {
    const { cards, note } = this.landkarte;
    const district = this.at(lngLat);
    if (!district) return cards.hide();
    note.hide();
    return cards.put([
      h("h2", { class: "st-map-card-name" }, h("a", { href: district.url }, district.name)),
      h("p", { class: "st-map-card-place" }, this.text(district)),
    ]);
  }
}
