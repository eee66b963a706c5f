// The door. Every reading first goes into the queue on this device, then to the server; so nothing
// depends on the network, and a reading that is sent twice is known by its id.
import { look, reader } from "./camera.js";
import { digest, newId, shown, tidy } from "./codes.js";
import { Queue } from "./queue.js";
import { words } from "./words.js";

const RETRY_MS = 5000;
const MOST = 200;

export function mountDoor(root) {
  new Door(root).start();
}

class Door {
  constructor(root) {
    this.root = root;
    this.url = root.dataset.url;
    this.queue = new Queue(root.dataset.event);
    this.valid = new Set(JSON.parse(document.getElementById("st-digests").textContent));
    this.here = new Set();
    this.sending = false;
    this.failed = false;
    this.net = root.querySelector("[data-net]");
    this.result = root.querySelector("[data-result]");
    this.name = root.querySelector("[data-door-name]");
  }

  start() {
    for (const form of this.root.querySelectorAll("[data-form]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const field = form.elements.code;
        this.read(field.value);
        if (field.type !== "hidden") {
          field.value = "";
          field.focus();
        }
      });
    }
    this.name.value = localStorage.getItem("st-door-name") || "";
    this.name.addEventListener("change", () => localStorage.setItem("st-door-name", this.name.value));
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.showNet());
    setInterval(() => this.send(), RETRY_MS);
    this.send();
    this.offerCamera();
  }

  async offerCamera() {
    const button = this.root.querySelector("[data-camera]");
    const detector = await reader();
    if (!detector) {
      this.root.querySelector("[data-no-camera]").hidden = false;
      return;
    }
    button.hidden = false;
    button.addEventListener("click", async () => {
      const eye = this.root.querySelector("[data-eye]");
      try {
        eye.hidden = false;
        button.hidden = true;
        await look(detector, this.root.querySelector("[data-video]"), (text) => this.read(text));
      } catch (error) {
        console.error(error);
        eye.hidden = true;
        this.root.querySelector("[data-no-camera]").hidden = false;
      }
    });
  }

  /** One code, from camera, keyboard or list. */
  async read(text) {
    const plain = tidy(text);
    if (!plain) return this.show("unknown", words.short, text);
    const offline = !navigator.onLine || this.failed;
    const reading = { id: newId(), code: plain, at: Date.now(), door: this.name.value, offline };
    this.queue.add(reading);
    if (offline) await this.judge(plain);
    await this.send(reading.id);
  }

  /** What this device can say by itself: whether the code is valid, and not read here before. */
  async judge(plain) {
    const known = await digest(plain);
    if (known && !this.valid.has(known)) return this.show("unknown", words.unknown, shown(plain));
    const again = this.here.has(plain);
    this.here.add(plain);
    return this.show(again ? "again" : "came", again ? words.again : `${words.came}. ${words.kept}`, shown(plain));
  }

  async send(current) {
    const waiting = this.queue.all();
    if (!waiting.length || this.sending) return this.showNet();
    if (!navigator.onLine) {
      this.failed = true;
      return this.showNet();
    }
    this.sending = true;
    const readings = waiting.slice(0, MOST);
    const wasFailed = this.failed;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.#token() },
        body: JSON.stringify({ readings }),
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        this.net.textContent = words.signIn;
        return;
      }
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.settle(await answer.json(), current);
      if (wasFailed && !this.queue.all().length) this.net.textContent ||= words.done;
    } catch (error) {
      const fresh = !this.failed;
      this.failed = true;
      if (fresh && current) await this.judge(readings.find(({ id }) => id === current)?.code ?? "");
      this.showNet();
    } finally {
      this.sending = false;
    }
    const left = this.queue.all();
    if (left.length && !this.failed) this.send(left.at(-1).id);
  }

  /** The server's word; after a time without a network also on what was judged here. */
  settle({ results, came }, current) {
    this.failed = false;
    this.queue.settle(results.map(({ id }) => id));
    this.root.querySelector("[data-came]").textContent = came;
    const own = results.find(({ id }) => id === current);
    if (own) this.show(own.result, own.text, own.code);
    const others = results.filter(({ id, result }) => id !== current && result !== "came");
    this.net.textContent = others.length ? ` ${words.conflict(others.length)}` : "";
  }

  show(kind, text, code) {
    this.result.className = `st-door__result st-door__result--${kind}`;
    this.result.replaceChildren();
    const word = document.createElement("strong");
    word.textContent = text;
    const what = document.createElement("span");
    what.textContent = code;
    this.result.append(word, what);
  }

  showNet() {
    const waiting = this.queue.all().length;
    if (!navigator.onLine || this.failed) this.net.textContent = ` ${words.offline(waiting)}`;
    else if (waiting) this.net.textContent = ` ${words.waiting(waiting)}`;
  }

  #token() {
    return this.root.querySelector("[name=csrfmiddlewaretoken]").value;
  }
}
