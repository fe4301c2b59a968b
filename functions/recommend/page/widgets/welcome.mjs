/**
 * What leads into the page: the ways of somebody new, the search, and keeping a newcomer's ratings.
 *
 * @import { CatalogueBeer } from "taproom-api"
 */

import { beerAddress } from "../addresses.mjs";
import * as api from "../api.mjs";
import { element, icon } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { words } from "../words.mjs";
import { Combobox } from "./combobox.mjs";

const OFFERS = 8;

/** Both ways to a list of one's own. */
export function welcomeWays() {
  return element(
    "div",
    { class: "welcome-ways" },
    element("a", { class: "button", href: "#/new" }, words.welcome.taps, icon("arrow")),
    element("a", { class: "second", href: "#/you" }, words.welcome.known),
  );
}

/** The field that finds a beer and opens its page. */
export function beerSearch() {
  const search = new Combobox({
    id: "find-beer",
    label: words.welcome.search,
    placeholder: words.welcome.searchBy,
    shortest: 2,
    find: findBeers,
    nothingFound: words.welcome.noMatch,
    onChoose: ({ beer }) => {
      location.hash = beerAddress(beer.beer_id);
    },
  });
  return element("div", { class: "search" }, search.element);
}

/**
 * Beers by words in their name, brewery or style, as a search field offers them.
 *
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<{ title: string, hint: string, beer: CatalogueBeer }[]>}
 */
export async function findBeers(text, signal) {
  const { beers } = await api.beers({ search: text, limit: OFFERS }, signal);
  return beers.map((beer) => ({ title: beer.name, hint: beer.brewery, beer }));
}

/** The way for a newcomer who has rated to keep that. */
export function keepInvitation() {
  const number = Object.keys(guest.ratings()).length;
  if (number === 0) return [];
  return [element("a", { class: "second", href: "#/you" }, words.welcome.keep(number))];
}
