/**
 * What others have taken to of late: a row of beers below the list.
 *
 * @import { TrendingBeer } from "taproom-api"
 * @import { BeerFilter } from "./filters.mjs"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { words } from "../words.mjs";
import { replaceItems } from "./animated-list.mjs";
import { beerFacts, cardName, pictureOrGlass } from "./beer-card.mjs";
import { skeletonCards } from "./placeholders.mjs";
import { starRating } from "./star-rating.mjs";

const DAYS = 30;
const LONGEST_ROW = 10;
const SKELETONS = 4;
const LONGEST_ANSWER = 100; // beers; the API gives no more

export class TrendingRow {
  #onRate;
  #list = element("ol", { class: "cards row", "aria-label": words.trending.list });
  #section = element(
    "section",
    { class: "trending", "aria-label": words.trending.name, hidden: true },
    element("h2", {}, words.trending.name),
    element("p", { class: "hint" }, words.trending.hint(DAYS)),
    this.#list,
  );

  /**
   * @param {(beer: TrendingBeer, score: number) => unknown} onRate
   * @param {boolean} isExpected Whether its place is kept while it loads.
   */
  constructor(onRate, isExpected) {
    this.#onRate = onRate;
    this.#section.hidden = !isExpected;
    if (isExpected) this.#list.append(...skeletonCards(SKELETONS));
  }

  render() {
    return this.#section;
  }

  hide() {
    this.#section.hidden = true;
  }

  /**
   * Show what passes `filter` and the guest has not rated; nothing where there is no such beer.
   *
   * @param {BeerFilter} filter
   * @param {AbortSignal} signal
   */
  async load(filter, signal) {
    try {
      const beers = await untried(filter, signal);
      if (!signal.aborted) this.#show(beers);
    } catch {
      // The list above it says what is wrong; what others drink need not say it again.
      if (!signal.aborted) this.hide();
    }
  }

  /** @param {TrendingBeer[]} beers */
  #show(beers) {
    const focused = [...this.#list.children].findIndex((card) =>
      card.contains(document.activeElement),
    );
    replaceItems(
      this.#list,
      beers.map((beer) => trendingCard(beer, (score) => this.#onRate(beer, score))),
    );
    this.#section.hidden = beers.length === 0;
    if (focused >= 0) {
      const card = this.#list.children[Math.min(focused, beers.length - 1)];
      card?.querySelector("input")?.focus({ preventScroll: true });
    }
  }
}

/**
 * @param {BeerFilter} filter
 * @param {AbortSignal} signal
 */
async function untried(filter, signal) {
  // The API knows what a user has rated; a newcomer's ratings are here.
  const rated = guest.ratings();
  const limit = Math.min(LONGEST_ROW + Object.keys(rated).length, LONGEST_ANSWER);
  const query = { ...filter, days: DAYS, limit };
  const { beers } = await api.trending(guest.username(), query, signal);
  return beers.filter((beer) => !(beer.beer_id in rated)).slice(0, LONGEST_ROW);
}

/**
 * @param {TrendingBeer} beer
 * @param {(score: number) => unknown} onRate
 */
function trendingCard(beer, onRate) {
  return element(
    "li",
    { class: "card", "data-beer": beer.beer_id },
    pictureOrGlass(beer),
    element(
      "div",
      { class: "card-body" },
      cardName(beer),
      element("p", { class: "card-facts" }, beerFacts(beer)),
    ),
    element("p", { class: "card-rise" }, riseOf(beer)),
    element("div", { class: "card-rate" }, starRating(beer.name, null, onRate)),
  );
}

/** @param {TrendingBeer} beer */
function riseOf({ recent_reviews: recent, expected_reviews: expected }) {
  return words.trending.rise(recent, Math.round(expected));
}
