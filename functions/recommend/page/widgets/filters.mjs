/** Style, brewery and strength: what the list is narrowed to. */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import { strengthBound } from "../formats.mjs";
import { strengths } from "../kind.mjs";
import { words } from "../words.mjs";
import { Combobox } from "./combobox.mjs";

/** @typedef {{ min_abv: number | null, max_abv: number | null }} AbvRange */
/**
 * Null where anything goes.
 *
 * @typedef {{ style: string | null, brewery: string | null } & AbvRange} BeerFilter
 */

/** @type {Readonly<BeerFilter>} */
export const NO_FILTER = { style: null, brewery: null, min_abv: null, max_abv: null };

const STRENGTHS = strengths === null ? [] : rangesOf(strengths);

/** @param {[number, number, number]} bounds */
function rangesOf([regular, strong, veryStrong]) {
  const { filters: say } = words;
  const upTo = (/** @type {number} */ bound) => strengthBound(bound - 0.1);
  return [
    range(null, regular, say.light(strengthBound(regular))),
    range(regular, strong, say.regular(strengthBound(regular), upTo(strong))),
    range(strong, veryStrong, say.strong(strengthBound(strong), upTo(veryStrong))),
    range(veryStrong, null, say.veryStrong(strengthBound(veryStrong))),
  ];
}

/**
 * @param {number | null} least
 * @param {number | null} below
 * @param {string} name
 */
function range(least, below, name) {
  // Clear of the next one's lower bound: abv has one decimal on most labels.
  return { name, min_abv: least, max_abv: below === null ? null : below - 0.01 };
}

/**
 * The button that opens the filters where there is little room, and the filters.
 *
 * @param {BeerFilter} filter
 * @param {(filter: BeerFilter) => unknown} onChange
 */
export function filters(filter, onChange) {
  return new Filters(filter, onChange).render();
}

/** @param {BeerFilter} filter */
export function isNarrowed(filter) {
  return Boolean(filter.style || filter.brewery || hasStrength(filter));
}

class Filters {
  #filter;
  #onChange;
  /** @type {HTMLSelectElement} */
  #style;
  #strength;
  #brewery;
  #opener;
  #clearAll;

  /**
   * @param {BeerFilter} filter
   * @param {(filter: BeerFilter) => unknown} onChange
   */
  constructor(filter, onChange) {
    this.#filter = { ...filter };
    this.#onChange = onChange;
    this.#style = this.#styleField();
    this.#strength = this.#strengthField();
    this.#brewery = this.#breweryField();
    this.#opener = this.#openerButton();
    this.#clearAll = element(
      "button",
      { type: "button", class: "quiet", onclick: () => this.#clear() },
      words.filters.clear,
    );
    this.#mark();
    this.#loadStyles();
  }

  render() {
    const form = element(
      "form",
      {
        class: "filters",
        id: "filters",
        "aria-label": words.filters.name,
        onsubmit: (event) => event.preventDefault(),
      },
      labelled(words.filters.style, this.#style),
      strengths && labelled(words.filters.strength, this.#strength),
      element("div", { class: "filter filter-brewery" }, this.#brewery.element),
      this.#clearAll,
    );
    return [this.#opener, form];
  }

  #styleField() {
    const onchange = () => this.#change({ style: this.#style.value || null });
    return element(
      "select",
      { id: "style", class: "field", onchange },
      element("option", { value: "" }, words.filters.anyStyle),
    );
  }

  #strengthField() {
    const { min_abv: least, max_abv: most } = this.#filter;
    const onchange = () => {
      const { min_abv, max_abv } = STRENGTHS[Number(this.#strength.value)] ?? NO_FILTER;
      this.#change({ min_abv, max_abv });
    };
    return element(
      "select",
      { id: "strength", class: "field", onchange },
      element("option", { value: "" }, words.filters.anyStrength),
      STRENGTHS.map(({ name, min_abv, max_abv }, place) =>
        element("option", { value: place, selected: min_abv === least && max_abv === most }, name),
      ),
    );
  }

  #breweryField() {
    return new Combobox({
      id: "brewery",
      label: words.filters.brewery,
      placeholder: words.filters.anyBrewery,
      value: this.#filter.brewery ?? "",
      shortest: 2,
      find: findBreweries,
      nothingFound: words.filters.noBrewery,
      onChoose: ({ title }) => this.#change({ brewery: title }),
      onClear: () => this.#filter.brewery !== null && this.#change({ brewery: null }),
    });
  }

  #openerButton() {
    const toggle = () => {
      const isOpen = this.#opener.getAttribute("aria-expanded") === "true";
      this.#opener.setAttribute("aria-expanded", String(!isOpen));
    };
    return element("button", {
      type: "button",
      class: "narrow",
      "aria-expanded": "false",
      "aria-controls": "filters",
      onclick: toggle,
    });
  }

  async #loadStyles() {
    try {
      const { styles } = await api.styles();
      const names = styles.map(({ style }) => style).sort((one, other) => one.localeCompare(other));
      const chosen = this.#filter.style;
      this.#style.append(
        ...names.map((style) =>
          element("option", { value: style, selected: style === chosen }, style),
        ),
      );
    } catch {
      // The list beside it says what is wrong; a filter without choices need not say it again.
    }
  }

  /** @param {Partial<BeerFilter>} change */
  #change(change) {
    Object.assign(this.#filter, change);
    this.#mark();
    this.#onChange({ ...this.#filter });
  }

  #clear() {
    this.#style.value = this.#strength.value = "";
    this.#brewery.clear();
    this.#change(NO_FILTER);
    this.#style.focus();
  }

  /** Show which filters are set, and how many. */
  #mark() {
    const { style, brewery } = this.#filter;
    const set = [style, brewery, hasStrength(this.#filter)].filter(Boolean).length;
    this.#clearAll.hidden = set === 0;
    this.#opener.textContent = words.filters.open(set);
    this.#opener.classList.toggle("chosen", set > 0);
    this.#style.classList.toggle("chosen", Boolean(style));
    this.#brewery.input.classList.toggle("chosen", Boolean(brewery));
    this.#strength.classList.toggle("chosen", hasStrength(this.#filter));
  }
}

/**
 * @param {string} label
 * @param {HTMLElement} field
 */
function labelled(label, field) {
  return element("div", { class: "filter" }, element("label", { for: field.id }, label), field);
}

/**
 * @param {string} text
 * @param {AbortSignal} signal
 */
async function findBreweries(text, signal) {
  const { breweries } = await api.breweries(text, signal);
  return breweries.map(({ brewery, beers }) => ({
    title: brewery,
    hint: words.filters.beers(beers),
  }));
}

/** @param {AbvRange} range */
function hasStrength({ min_abv: least, max_abv: most }) {
  return least !== null || most !== null;
}
