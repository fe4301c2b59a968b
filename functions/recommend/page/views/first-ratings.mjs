/**
 * A newcomer's first ratings: of well-known beers, or of any that they search for.
 *
 * @import { CatalogueBeer } from "taproom-api"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { beerFacts } from "../widgets/beer-card.mjs";
import { Combobox } from "../widgets/combobox.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { starRating } from "../widgets/star-rating.mjs";
import { words } from "../words.mjs";

const STEP = 12;
const GOOD_START = 3;

/** @param {AbortSignal} leaving */
export function firstRatingsView(leaving) {
  if (!guest.isNewcomer()) guest.become({ ratings: {} });
  const view = new FirstRatingsView(leaving);
  view.load();
  return view.render();
}

class FirstRatingsView {
  #leaving;
  #offset = 0;
  #list = element("ul", {
    class: "known",
    "aria-busy": "true",
    "aria-label": words.firstRatings.list,
  });
  #state = element("div");
  #more = element(
    "button",
    { type: "button", class: "more", hidden: true, onclick: () => this.load() },
    words.firstRatings.others,
  );
  #progress = element("p", { role: "status" });
  #onwards = element("a", { class: "button", href: "#/beers" });

  /** @param {AbortSignal} leaving */
  constructor(leaving) {
    this.#leaving = leaving;
    this.#showProgress();
  }

  render() {
    return element(
      "div",
      { class: "view view-new" },
      element(
        "header",
        { class: "view-head" },
        element("h1", { tabindex: -1 }, words.firstRatings.heading),
        element("p", { class: "lede" }, words.firstRatings.lede),
      ),
      this.#searchField().element,
      this.#list,
      this.#state,
      this.#more,
      element("div", { class: "onwards" }, this.#progress, this.#onwards),
    );
  }

  /** The next well-known beers. */
  async load() {
    const skeletons = skeletonRows();
    this.#state.replaceChildren();
    this.#list.append(...skeletons);
    try {
      const { beers, total } = await api.beers(
        { limit: STEP, offset: this.#offset },
        this.#leaving,
      );
      this.#offset += beers.length;
      this.#more.hidden = this.#offset >= total;
      this.#append(beers);
    } catch (error) {
      if (!this.#leaving.aborted) {
        this.#state.replaceChildren(errorState(error, () => this.load()));
      }
    }
    for (const skeleton of skeletons) skeleton.remove();
    this.#list.setAttribute("aria-busy", "false");
  }

  /** @param {CatalogueBeer[]} beers */
  #append(beers) {
    const isFirst = this.#list.querySelector("[data-beer]") === null;
    const rows = beers.filter((beer) => this.#rowOf(beer) === null).map((beer) => this.#row(beer));
    this.#list.append(...rows);
    if (!isFirst) rows[0]?.querySelector("input")?.focus();
  }

  #searchField() {
    const search = new Combobox({
      id: "known-beer",
      label: words.firstRatings.search,
      placeholder: words.firstRatings.searchBy,
      shortest: 2,
      find: findBeers,
      nothingFound: words.firstRatings.noMatch,
      onChoose: ({ beer }) => {
        search.clear();
        this.#prepend(beer);
      },
    });
    return search;
  }

  /** @param {CatalogueBeer} beer */
  #prepend(beer) {
    this.#rowOf(beer)?.remove();
    const row = this.#row(beer);
    this.#list.prepend(row);
    row.querySelector("input")?.focus();
  }

  /** @param {CatalogueBeer} beer */
  #rowOf(beer) {
    return this.#list.querySelector(`[data-beer="${CSS.escape(beer.beer_id)}"]`);
  }

  /** @param {CatalogueBeer} beer */
  #row(beer) {
    const given = guest.scores()[beer.beer_id] ?? null;
    return element(
      "li",
      { class: "known-beer", "data-beer": beer.beer_id },
      element("h2", { class: "card-name" }, beer.name),
      element("p", { class: "card-facts" }, `${beer.brewery} · ${beerFacts(beer)}`),
      starRating(beer.name, given, (score) => {
        guest.rate(beer, score);
        this.#showProgress();
      }),
    );
  }

  #showProgress() {
    const number = Object.keys(guest.ratings()).length;
    this.#progress.textContent = progressOf(number);
    this.#onwards.classList.toggle("waiting", number === 0);
    this.#onwards.textContent = number === 0 ? words.firstRatings.skip : words.firstRatings.done;
  }
}

/** @param {number} rated */
function progressOf(rated) {
  const missing = GOOD_START - rated;
  if (rated === 0) return words.firstRatings.none;
  if (missing <= 0) return words.firstRatings.enough(rated);
  return words.firstRatings.some(rated, missing);
}

/**
 * @param {string} search
 * @param {AbortSignal} signal
 */
async function findBeers(search, signal) {
  const { beers } = await api.beers({ search, limit: 8 }, signal);
  return beers.map((beer) => ({ title: beer.name, hint: beer.brewery, beer }));
}

function skeletonRows() {
  return Array.from({ length: STEP }, () =>
    element(
      "li",
      { class: "known-beer skeleton", "aria-hidden": "true" },
      bone("title"),
      bone("line"),
      bone("stars"),
    ),
  );
}
