/**
 * A text field that offers what fits as one types:
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */

import { element } from "../elements.mjs";
import { words } from "../words.mjs";

/** @typedef {{ title: string, hint?: string, group?: string }} Offer Groups come one by one. */
/**
 * @template {Offer} Found
 * @typedef {object} Options
 * @property {string} id
 * @property {string} label
 * @property {string} placeholder
 * @property {string} [value]
 * @property {number} [shortest] Characters that a search needs; with 0 all is offered at once.
 * @property {(text: string, signal: AbortSignal) => Promise<Found[]>} find
 * @property {(text: string) => string} nothingFound What is said where there are no offers.
 * @property {(offer: Found) => unknown} onChoose
 * @property {() => unknown} [onClear]
 */

const DEBOUNCE = 140; // milliseconds without a key before the search begins

/** @template {Offer} Found */
export class Combobox {
  #options;
  /** The title of the offer that the field shows. */
  #value;
  #list;
  #status;
  #message;
  /** @type {Found[]} */
  #offers = [];
  /** @type {HTMLElement[]} */
  #choices = [];
  #active = -1;
  #search = new AbortController();
  #timer = 0;

  /** @param {Options<Found>} options */
  constructor(options) {
    this.#options = options;
    this.#value = options.value ?? "";
    this.#list = element("ul", {
      role: "listbox",
      id: `${options.id}-list`,
      class: "offers",
      "aria-label": options.label,
      hidden: true,
    });
    this.#status = element("p", { class: "unseen", role: "status" });
    this.#message = element("p", { class: "offers-message", hidden: true });
    this.input = this.#inputField();
    this.element = element(
      "div",
      { class: "combobox" },
      element("label", { for: options.id }, options.label),
      this.input,
      this.#list,
      this.#message,
      this.#status,
    );
  }

  clear() {
    this.#fill("");
    this.#close();
  }

  #inputField() {
    const { id, placeholder } = this.#options;
    return element("input", {
      id,
      value: this.#value,
      type: "text",
      role: "combobox",
      class: "field",
      placeholder,
      autocomplete: "off",
      autocapitalize: "none",
      autocorrect: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#list.id,
      oninput: () => this.#ask(),
      onkeydown: (event) => this.#press(event),
      onblur: () => this.#close(),
      onfocus: () => this.#focus(),
      onclick: () => this.#list.hidden && this.#focus(),
    });
  }

  get #text() {
    return this.input.value.trim();
  }

  get #shortest() {
    return this.#options.shortest ?? 1;
  }

  #focus() {
    if (this.#shortest === 0) {
      this.input.select();
      this.#ask();
    } else if (this.#text.length >= this.#shortest && this.input.value !== this.#value) this.#ask();
  }

  #ask() {
    clearTimeout(this.#timer);
    this.#search.abort();
    const text = this.#text;
    if (text.length === 0) this.#options.onClear?.();
    // What the field shows was chosen: with others beside it, it can be changed.
    const sought = this.#shortest === 0 && this.input.value === this.#value ? "" : text;
    if (text.length < this.#shortest) this.#close();
    else this.#timer = setTimeout(() => this.#find(sought), DEBOUNCE);
  }

  /** @param {string} text */
  async #find(text) {
    this.#search = new AbortController();
    const { signal } = this.#search;
    try {
      this.#offer(await this.#options.find(text, signal), text);
    } catch (error) {
      if (!signal.aborted) this.#say(error.message);
    }
  }

  /**
   * @param {Found[]} found
   * @param {string} text
   */
  #offer(found, text) {
    if (document.activeElement !== this.input) return;
    this.#offers = found;
    this.#active = -1;
    this.#choices = found.map((offer, place) => this.#option(offer, place));
    this.#list.replaceChildren(...grouped(found, this.#choices));
    this.input.removeAttribute("aria-activedescendant");
    this.#expand(found.length > 0);
    if (found.length === 0) return this.#say(this.#options.nothingFound(text));
    this.#message.hidden = true;
    this.#status.textContent = words.filters.offers(found.length);
  }

  /**
   * @param {Found} offer
   * @param {number} place
   */
  #option(offer, place) {
    return element(
      "li",
      {
        role: "option",
        id: `${this.#options.id}-${place}`,
        "aria-selected": "false",
        // Before the field loses its focus, which closes the list.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#choose(place),
      },
      element("span", { class: "offer-title" }, offer.title),
      offer.hint && element("span", { class: "offer-hint" }, offer.hint),
    );
  }

  /** @param {string} message */
  #say(message) {
    this.#expand(false);
    this.#message.textContent = this.#status.textContent = message;
    this.#message.hidden = false;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const isOpen = !this.#list.hidden;
    const last = this.#offers.length - 1;
    if (event.key === "ArrowDown" && !isOpen) this.#ask();
    else if (event.key === "ArrowDown")
      this.#activate(this.#active === last ? 0 : this.#active + 1);
    else if (event.key === "ArrowUp" && isOpen)
      this.#activate(this.#active <= 0 ? last : this.#active - 1);
    else if (event.key === "Enter" && isOpen) this.#choose(Math.max(this.#active, 0));
    else if (event.key === "Escape" && isOpen) this.#close();
    else if (event.key === "Escape" && this.input.value) this.#empty();
    else return;
    event.preventDefault();
  }

  #empty() {
    this.input.value = "";
    this.#ask();
  }

  /** @param {number} place */
  #activate(place) {
    this.#choices[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = place;
    const option = this.#choices[place];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {number} place */
  #choose(place) {
    const offer = this.#offers[place];
    this.#fill(offer.title);
    this.#close();
    this.#options.onChoose(offer);
  }

  /** @param {string} title */
  #fill(title) {
    this.input.value = this.#value = title;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#search.abort();
    this.#expand(false);
    this.#message.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {boolean} isOpen */
  #expand(isOpen) {
    this.#list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }
}

/**
 * The choices with the title of each group before its first.
 *
 * @param {Offer[]} offers
 * @param {HTMLElement[]} choices
 */
function grouped(offers, choices) {
  return choices.flatMap((choice, place) => {
    const { group } = offers[place];
    if (group === undefined || group === offers[place - 1]?.group) return [choice];
    return [element("li", { role: "presentation", class: "offers-group" }, group), choice];
  });
}
