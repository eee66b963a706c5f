// Past forecasts, one after the other, under a slider. Without this file links and a list do it.
import { Chart } from "./chart.js";
import { dayHour, number, unit, words } from "./words.js";

const PAUSE_MS = 420;

export async function mountReplay(root) {
  const response = await fetch(root.dataset.url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return;
  const data = await response.json();
  new Replay(root, data);
}

class Replay {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.chart = new Chart(root.querySelector("#ganglinie"));
    this.slider = root.querySelector("[data-slider] input");
    this.when = root.querySelector(".st-replay__when");
    this.table = root.querySelector("[data-compared] tbody");
    this.truth = new Map(data.observed.map(([time, value]) => [Number(new Date(time)), value]));
    this.play = root.querySelector("[data-play]");
    root.querySelector("[data-slider]").hidden = false;
    root.querySelector("[data-choice]").hidden = true;
    this.play.hidden = false;
    this.listen();
    this.go(Number(this.slider.value));
  }

  listen() {
    this.slider.addEventListener("input", () => {
      this.stop();
      this.go(Number(this.slider.value));
    });
    for (const link of this.root.querySelectorAll("[data-step]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.stop();
        this.go(this.index + Number(link.dataset.step));
      });
    }
    this.root.querySelector("[data-replay-form]").addEventListener("submit", (event) => event.preventDefault());
    this.play.addEventListener("click", () => (this.timer ? this.stop() : this.begin()));
  }

  begin() {
    if (this.index >= this.data.forecasts.length - 1) this.go(0);
    this.play.textContent = words.stop;
    this.timer = setInterval(() => {
      if (this.index >= this.data.forecasts.length - 1) this.stop();
      else this.go(this.index + 1);
    }, PAUSE_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = words.play;
  }

  go(wanted) {
    const { forecasts } = this.data;
    this.index = Math.max(0, Math.min(forecasts.length - 1, wanted));
    const forecast = forecasts[this.index];
    this.slider.value = this.index;
    this.slider.setAttribute("aria-valuetext", forecast.label);
    this.say(forecast);
    this.fill(forecast);
    this.chart.show(this.at(forecast));
    for (const link of this.root.querySelectorAll("[data-step]")) {
      const next = forecasts[this.index + Number(link.dataset.step)];
      if (next) {
        link.setAttribute("href", `?${new URLSearchParams({ zeit: new URLSearchParams(location.search).get("zeit") ?? "", stand: next.stamp })}`);
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true");
      }
    }
  }

  /** What was known at the time of a forecast, and what came. */
  at(forecast) {
    const { data } = this;
    const when = new Date(forecast.issue_time);
    const before = (list) => list.filter(([time]) => new Date(time) <= when);
    const after = (list) => list.filter(([time]) => new Date(time) >= when);
    return {
      ...data,
      issue_time: forecast.issue_time,
      is_past: true,
      observed: before(data.observed),
      later: after(data.observed),
      rain: before(data.rain),
      rain_later: after(data.rain).slice(1),
      leads: forecast.leads,
    };
  }

  say(forecast) {
    const strong = document.createElement("strong");
    strong.textContent = forecast.label;
    const [first, , last] = words.said("");
    this.when.replaceChildren(first, strong, last);
  }

  fill(forecast) {
    const rows = [...this.table.rows];
    forecast.leads.forEach((lead, i) => {
      if (!rows[i]) return;
      const cells = rows[i].cells;
      const came = this.truth.get(Number(new Date(lead.time)));
      const name = unit(this.data.unit);
      cells[0].querySelector(".st-muted").textContent = dayHour(new Date(lead.time));
      cells[1].textContent = `${number(lead.q50)} ${name}`;
      cells[2].textContent = `${number(lead.q10)}–${number(lead.q90)} ${name}`;
      const known = came !== undefined && came !== null;
      const inside = known && came >= lead.q10 && came <= lead.q90;
      const note = document.createElement("span");
      note.className = "st-muted";
      note.textContent = known ? ` ${inside ? words.within : words.outside}` : "";
      cells[3].replaceChildren(known ? `${number(came)} ${name}` : "–", note);
    });
  }
}
