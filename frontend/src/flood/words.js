// What map and charts say, in the language of the page.
const WORDS = {
  de: {
    map: "Karte der Pegel",
    move: "Karte bewegen",
    hint: "Pfeiltasten verschieben die Karte, Plus und Minus zoomen. Die Pegel erreichen Sie mit der Tabulatortaste; alle stehen auch in der Liste.",
    made: "Vorhersage gemacht",
    rain: "Regen, mm",
    measured: "gemessen",
    came: "gekommen",
    forecast: "Vorhersage",
    likely: "80 % der Fälle",
    play: "Abspielen",
    stop: "Anhalten",
    within: "darin",
    outside: "daneben",
    chart: "Ganglinie. Pfeiltasten führen von Zeit zu Zeit; alle Zahlen stehen in den Tabellen.",
    said: (when) => ["Das wusste und sagte die Vorhersage von ", when, "."],
  },
  en: {
    map: "Map of the gauges",
    move: "Move the map",
    hint: "Arrow keys move the map, plus and minus zoom. The Tab key leads to the gauges; all of them are also in the list.",
    made: "forecast made",
    rain: "Rain, mm",
    measured: "measured",
    came: "came",
    forecast: "Forecast",
    likely: "80% of cases",
    play: "Play",
    stop: "Stop",
    within: "within",
    outside: "outside",
    chart: "Hydrograph. Arrow keys lead from time to time; all numbers stand in the tables.",
    said: (when) => ["This is what the forecast of ", when, " knew and said."],
  },
};

export const language = document.documentElement.lang.startsWith("en") ? "en" : "de";
export const words = WORDS[language];
const LOCALE = language === "en" ? "en-GB" : "de-DE";
const ZONE = "Europe/Berlin";

/** A number as the language writes it. */
export const number = (value, digits = 2) =>
  value.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits });

const format = (options) => new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, ...options });
const HOUR = format({ hour: "2-digit", minute: "2-digit" });
const DAY = format({ weekday: "short", day: "numeric", month: "numeric" });
const WEEKDAY = format({ weekday: "short" });

export const hour = (date) => HOUR.format(date);
export const day = (date) => DAY.format(date);
export const dayHour = (date) => `${WEEKDAY.format(date)} ${HOUR.format(date)}`;
/** Hour of the day on the clocks of the place, 0 to 23. */
export const hourOfDay = (date) => Number(HOUR.format(date).slice(0, 2));
export const unit = (name) => name.replace("m3", "m³");
