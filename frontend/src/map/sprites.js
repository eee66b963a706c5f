// Small pictures for groups, points and names, drawn once and then only copied.
import { number } from "./words.js";

const TURN = Math.PI * 2;
const STEPS = 36;
const KEPT = 900;
export const POINT_RADIUS = 7;

/** Radius of a group in pixels; grows with the logarithm of its number. */
export const groupRadius = (count) => Math.min(27, 11 + 2 * Math.log2(count));

export class Sprites {
  constructor(colours, ratio) {
    this.colours = colours;
    this.ratio = ratio;
    this.kept = new Map();
  }

  make(key, width, height, draw) {
    let sprite = this.kept.get(key);
    if (sprite) return sprite;
    if (this.kept.size > KEPT) this.kept.clear();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * this.ratio);
    canvas.height = Math.ceil(height * this.ratio);
    const context = canvas.getContext("2d");
    context.scale(this.ratio, this.ratio);
    context.translate(width / 2, height / 2);
    draw(context);
    sprite = { canvas, width, height };
    this.kept.set(key, sprite);
    return sprite;
  }

  /** Colour of a category; the last kind is "none". */
  hue(categories, kind) {
    return this.colours[categories[kind]] ?? this.colours.muted;
  }

  /** A disc with its number and a ring that shows the shares of the categories. */
  group(count, shares, categories) {
    const radius = groupRadius(count);
    const parts = quantised(shares, count);
    return this.make(`g${count}|${parts}|${categories}`, radius * 2 + 8, radius * 2 + 8, (c) => {
      c.fillStyle = this.colours.ground;
      c.shadowColor = "rgb(0 0 0 / 35%)";
      c.shadowBlur = 4 * this.ratio;
      c.shadowOffsetY = this.ratio;
      c.beginPath();
      c.arc(0, 0, radius, 0, TURN);
      c.fill();
      c.shadowColor = "transparent";
      let from = -TURN / 4;
      const gap = parts.filter(Boolean).length > 1 ? 1.3 / radius : 0;
      c.lineWidth = 3.5;
      parts.forEach((steps, kind) => {
        if (!steps) return;
        const to = from + (steps / STEPS) * TURN;
        c.strokeStyle = this.hue(categories, kind);
        c.beginPath();
        c.arc(0, 0, radius - 3, from + gap / 2, to - gap / 2);
        c.stroke();
        from = to;
      });
      const text = number(count);
      const size = text.length > 5 ? 11 : text.length > 3 ? 12.5 : 14;
      c.fillStyle = this.colours.text;
      c.font = `600 ${size}px "Fira Sans", sans-serif`;
      c.textAlign = "center";
      c.textBaseline = "middle";
      c.fillText(text, 0, 0.8);
    });
  }

  /** One actor: circle, diamond or triangle in the colour of its category. */
  point(kind, categories) {
    const size = (POINT_RADIUS + 5) * 2;
    return this.make(`p${kind}|${categories}`, size, size, (c) => {
      shape(c, categories[kind], POINT_RADIUS);
      c.lineJoin = "round";
      c.lineWidth = 4;
      c.strokeStyle = this.colours.ground;
      c.shadowColor = "rgb(0 0 0 / 30%)";
      c.shadowBlur = 3 * this.ratio;
      c.stroke();
      c.shadowColor = "transparent";
      c.fillStyle = this.hue(categories, kind);
      c.fill();
      if (categories[kind]) return;
      // Without a category: a ring, so that it is not only the colour that differs.
      shape(c, undefined, POINT_RADIUS - 3);
      c.fillStyle = this.colours.ground;
      c.fill();
    });
  }

  /** A name with a halo. */
  name(text, size, weight, colour = this.colours.label) {
    const font = `${weight} ${size}px "Fira Sans", sans-serif`;
    const width = textWidth(text, font) + 10;
    return this.make(`n${size}|${weight}|${colour}|${text}`, width, size + 10, (c) => {
      c.font = font;
      c.textAlign = "center";
      c.textBaseline = "middle";
      c.lineJoin = "round";
      c.lineWidth = 4;
      c.strokeStyle = this.colours.land;
      c.strokeText(text, 0, 0.5);
      c.fillStyle = colour;
      c.fillText(text, 0, 0.5);
    });
  }
}

/** The path of a category's shape, the same as in the lists. */
export function shape(c, category, r) {
  c.beginPath();
  if (category === "research") {
    const d = r * 1.16;
    c.moveTo(0, -d);
    c.lineTo(d, 0);
    c.lineTo(0, d);
    c.lineTo(-d, 0);
    c.closePath();
  } else if (category === "qualification") {
    const d = r * 1.12;
    c.moveTo(0, -d);
    c.lineTo(d, d * 0.82);
    c.lineTo(-d, d * 0.82);
    c.closePath();
  } else {
    c.arc(0, 0, r, 0, TURN);
  }
}

function quantised(shares, count) {
  const parts = shares.map((n) => (n ? Math.max(1, Math.round((n / count) * STEPS)) : 0));
  const largest = parts.indexOf(Math.max(...parts));
  parts[largest] += STEPS - parts.reduce((a, b) => a + b, 0);
  return parts;
}

let measure;
export function textWidth(text, font) {
  measure ??= document.createElement("canvas").getContext("2d");
  measure.font = font;
  return measure.measureText(text).width;
}
