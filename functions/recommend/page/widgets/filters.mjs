/**
 * Style, brewery and strength: what the list is narrowed to.
 *
 * @import { StyleFamily } from "../beers/style-families.mjs"
 * @import { Offer } from "./combobox.mjs"
 */

import * as api from "../api.mjs";
import { FAMILIES, familyOf } from "../beers/style-families.mjs";
import { element } from "../elements.mjs";
import { strengthBound } from "../formats.mjs";
import { kind, strengths } from "../kind.mjs";
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

export const STRENGTHS = strengths === null ? [] : rangesOf(strengths);

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
  /** @type {Promise<Offer[]> | null} */
  #styles = null;
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
      element("div", { class: "filter" }, this.#style.element),
      strengths &&
        element(
          "div",
          { class: "filter" },
          element("label", { for: "strength" }, words.filters.strength),
          this.#strength,
        ),
      element("div", { class: "filter filter-brewery" }, this.#brewery.element),
      this.#clearAll,
    );
    return [this.#opener, form];
  }

  #styleField() {
    return new Combobox({
      id: "style",
      label: words.filters.style,
      placeholder: words.filters.anyStyle,
      value: this.#filter.style ?? "",
      shortest: 0,
      find: async (text) => {
        this.#styles ??= allStyles();
        // The next key asks anew.
        this.#styles.catch(() => (this.#styles = null));
        return (await this.#styles).filter((style) => fits(style, text));
      },
      nothingFound: words.filters.noStyle,
      onChoose: ({ title }) => this.#change({ style: title }),
      onClear: () => this.#filter.style !== null && this.#change({ style: null }),
    });
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

  /** @param {Partial<BeerFilter>} change */
  #change(change) {
    Object.assign(this.#filter, change);
    this.#mark();
    this.#onChange({ ...this.#filter });
  }

  #clear() {
    this.#strength.value = "";
    this.#style.clear();
    this.#brewery.clear();
    this.#change(NO_FILTER);
    // The button is gone; unlike the style's, this field offers nothing yet.
    this.#brewery.input.focus();
  }

  /** Show which filters are set, and how many. */
  #mark() {
    const { style, brewery } = this.#filter;
    const set = [style, brewery, hasStrength(this.#filter)].filter(Boolean).length;
    this.#clearAll.hidden = set === 0;
    this.#opener.textContent = words.filters.open(set);
    this.#opener.classList.toggle("chosen", set > 0);
    this.#style.input.classList.toggle("chosen", Boolean(style));
    this.#brewery.input.classList.toggle("chosen", Boolean(brewery));
    this.#strength.classList.toggle("chosen", hasStrength(this.#filter));
  }
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

/**
 * All styles, family by family, by their names.
 *
 * @returns {Promise<Offer[]>}
 */
async function allStyles() {
  const { styles } = await api.styles();
  const named = styles.map(({ style }) => ({ title: style, family: familyOf(style) }));
  const place = (/** @type {{ family: StyleFamily }} */ { family }) =>
    kind === "beer" ? FAMILIES.indexOf(family) : 0;
  named.sort((one, other) => place(one) - place(other) || one.title.localeCompare(other.title));
  // Families are those of beers.
  if (kind !== "beer") return named.map(({ title }) => ({ title }));
  return named.map(({ title, family }) => ({ title, group: words.families[family] }));
}

/**
 * Whether each word of a text is in the style's name or its family's.
 *
 * @param {Offer} style
 * @param {string} text
 */
function fits({ title, group = "" }, text) {
  const name = `${title} ${group}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}
