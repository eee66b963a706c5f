// Readings that the server has not confirmed yet. They survive a closed page and an empty battery.
export class Queue {
  /** One queue for each event; `storage` is the browser's localStorage. */
  constructor(event, storage = globalThis.localStorage) {
    this.key = `st-door-${event}`;
    this.storage = storage;
    this.memory = [];
  }

  all() {
    try {
      return JSON.parse(this.storage.getItem(this.key) || "[]");
    } catch {
      return this.memory;
    }
  }

  add(reading) {
    this.#write([...this.all(), reading]);
  }

  /** Takes out what the server has confirmed. */
  settle(ids) {
    const done = new Set(ids);
    this.#write(this.all().filter((reading) => !done.has(reading.id)));
  }

  #write(readings) {
    this.memory = readings;
    try {
      this.storage.setItem(this.key, JSON.stringify(readings));
    } catch (error) {
      console.error(error); // full or forbidden: the open page still remembers
    }
  }
}
