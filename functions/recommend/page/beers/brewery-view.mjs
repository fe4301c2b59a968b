/**
 * A brewery: all of its beers, the best known first.
 *
 * @import { CatalogueBeer } from "taproom-api"
 */

import { decoded } from "../addresses.mjs";
import * as api from "../api.mjs";
import { beerRow } from "./beer-row.mjs";
import { element, viewHead } from "../elements.mjs";
import { beerFacts } from "../widgets/beer-card.mjs";
import { errorState } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";

const STEP = 30;

/** @param {CatalogueBeer} beer */
export function ofBrewery(beer) {
  return beerRow(beer, beer.mean_score, words.card.everyone, beerFacts(beer));
}

/**
 * @param {AbortSignal} leaving
 * @param {string} about The brewery's name, as the address has it.
 */
export function breweryView(leaving, about) {
  const brewery = decoded(about);
  document.title = `${brewery} · Taproom`;
  const lede = element("p", { class: "lede", role: "status" }, "\u00a0");
  const list = element("ol", { class: "beer-rows", "aria-label": brewery, "aria-busy": "true" });
  const state = element("div");
  const more = element(
    "button",
    { type: "button", class: "more", hidden: true, onclick: () => load() },
    words.brewery.more,
  );
  const load = async () => {
    state.replaceChildren();
    try {
      const query = { brewery, limit: STEP, offset: list.childElementCount };
      const { beers, total } = await api.beers(query, leaving);
      list.append(...beers.map((beer) => ofBrewery(beer)));
      lede.textContent = words.brewery.beers(total);
      more.hidden = list.childElementCount >= total;
    } catch (error) {
      if (!leaving.aborted) state.replaceChildren(errorState(error, load));
    }
    list.setAttribute("aria-busy", "false");
  };
  load();
  return element("div", { class: "view view-brewery" }, viewHead(brewery, lede), list, state, more);
}
