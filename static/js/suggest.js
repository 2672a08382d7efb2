// Suggestions under a search field while somebody types: the combobox pattern of WAI-ARIA.

import { onSwap } from "./live.js";

const WAIT_MS = 120;

export function suggestAll() {
  const known = new WeakMap();
  onSwap(() => {
    for (const input of document.querySelectorAll("input[data-suggest]")) {
      if (!known.has(input)) known.set(input, new Suggestions(input));
      known.get(input).attach();
    }
  });
}

class Suggestions {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.found = [];
    this.at = -1;
    this.asked = 0;
    this.list = this.#makeList();
    input.addEventListener("input", () => this.#askSoon());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose([...this.list.children].indexOf(option));
    });
  }

  /** Under the field, where a page that knows nothing of this was put in its place, too. */
  attach() {
    const said = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": String(!this.list.hidden), "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(said)) this.input.setAttribute(name, value);
    if (!this.list.isConnected) this.form.append(this.list);
  }

  #makeList() {
    const list = document.createElement("ul");
    list.id = `${this.input.id}-list`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    return list;
  }

  #askSoon() {
    clearTimeout(this.timer);
    // What is marked was found for less than is typed now.
    if (this.at >= 0) this.#mark(-1);
    this.timer = setTimeout(() => this.#ask(this.input.value.trim()), WAIT_MS);
  }

  async #ask(q) {
    const mine = ++this.asked;
    if (!q) {
      this.#close();
      return;
    }
    const address = new URL(this.input.dataset.suggest, location.href);
    address.searchParams.set("q", q);
    // Whoever types on does not wait for this; without an answer the form still works.
    const response = await fetch(address).catch(() => null);
    const found = response?.ok ? await response.json().catch(() => null) : null;
    // Whoever is among the suggestions by now has chosen from those that they see.
    const late = mine !== this.asked || this.at >= 0 || document.activeElement !== this.input;
    if (found && !late) this.#show(found);
  }

  #show(found) {
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(...found.map((one, at) => this.#option(one, at)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  #option(one, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    const cover = Object.assign(document.createElement("img"), { src: one.cover, alt: "", width: 28, height: 42 });
    const title = Object.assign(document.createElement("bdi"), { textContent: one.title });
    const fact = Object.assign(document.createElement("span"), { className: "mini-fact", textContent: one.fact });
    option.append(cover, title, fact);
    return option;
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      event.preventDefault(); // or a field for searching would be emptied, too
      this.#close();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.#choose(this.at);
    } else if (step && this.found.length && !this.list.hidden) {
      event.preventDefault();
      this.#mark(this.at + step);
    }
  }

  /** Beyond either end of the list is the field itself, and then the other end. */
  #mark(place) {
    const n = this.found.length;
    const at = place < -1 ? n - 1 : place >= n ? -1 : place;
    this.at = at;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.list.children[at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
  }

  #choose(at) {
    const one = this.found[at];
    this.#close();
    const as = this.input.dataset.suggestAs;
    if (!as) {
      const address = new URL(one.url, location.href);
      const looksAs = this.form.elements.as?.value;
      if (looksAs) address.searchParams.set("as", looksAs);
      location.assign(address);
      return;
    }
    this.input.value = "";
    this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: as, value: one.item_id }));
    this.form.requestSubmit();
  }

  #close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.#show([]);
  }
}
