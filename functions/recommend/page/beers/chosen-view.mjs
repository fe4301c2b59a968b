/**
 * Lists of beers that somebody chose, by the guest's own taste: their wish list, what is not for
 * them, or a list that was shared with them.
 *
 * @import { RecommendedBeer, Recommendations } from "taproom-api"
 */

import { decoded, listAddress } from "../addresses.mjs";
import * as api from "../api.mjs";
import { rate } from "./rate.mjs";
import { shareButton } from "./share.mjs";
import * as device from "../device.mjs";
import { element, viewHead } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { replaceItems } from "../widgets/animated-list.mjs";
import { beerCard } from "../widgets/beer-card.mjs";
import { notify } from "../widgets/notice.mjs";
import { emptyState, errorState, skeletonCards } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";

const MOST = 100; // beers; the API answers no more at once

/** @typedef {Record<"heading" | "lede" | "nothing" | "nothingHint", string>} Said */

/** @param {AbortSignal} leaving */
export function wishesView(leaving) {
  const { wishes, wishesLede, noWishes, noWishesHint } = words.chosen;
  const said = { heading: wishes, lede: wishesLede, nothing: noWishes, nothingHint: noWishesHint };
  return new ChosenBeersView(leaving, () => [...device.all("wishes")].reverse(), said).render();
}

/** @param {AbortSignal} leaving */
export function dismissedView(leaving) {
  const { dismissed, dismissedLede, noneDismissed, noneDismissedHint } = words.chosen;
  const said = { heading: dismissed, lede: dismissedLede };
  const nothing = { nothing: noneDismissed, nothingHint: noneDismissedHint };
  const ids = () => [...device.all("dismissed")].reverse();
  return new ChosenBeersView(leaving, ids, { ...said, ...nothing }, true).render();
}

/**
 * @param {AbortSignal} leaving
 * @param {string} about The beers' ids, as the address has them.
 */
export function sharedListView(leaving, about) {
  const ids = about.split(",").filter(Boolean).map(decoded);
  const { list, listLede, noList, noListHint } = words.chosen;
  const said = { heading: list, lede: listLede, nothing: noList, nothingHint: noListHint };
  return new ChosenBeersView(leaving, () => ids, said).render();
}

class ChosenBeersView {
  #leaving;
  #ids;
  #said;
  #areDismissed;
  #list;
  #state = element("div");

  /**
   * @param {AbortSignal} leaving
   * @param {() => string[]} ids
   * @param {Said} said
   * @param {boolean} areDismissed And so can be brought back.
   */
  constructor(leaving, ids, said, areDismissed = false) {
    this.#leaving = leaving;
    this.#areDismissed = areDismissed;
    this.#ids = ids;
    this.#said = said;
    this.#list = element(
      "ol",
      { class: "cards", "aria-label": said.heading, "aria-busy": "true" },
      skeletonCards(Math.min(ids().length, 4)),
    );
  }

  render() {
    this.#load();
    return element(
      "div",
      { class: "view view-chosen" },
      viewHead(
        this.#said.heading,
        element("p", { class: "lede" }, this.#said.lede),
        this.#ids().length > 0 &&
          !this.#areDismissed &&
          element(
            "div",
            { class: "list-ways" },
            shareButton(() => listAddress(this.#ids())),
          ),
      ),
      this.#list,
      this.#state,
    );
  }

  async #load() {
    this.#state.replaceChildren();
    const candidates = this.#ids().slice(0, MOST);
    try {
      const asked = { candidates, include_tried: true, explain: true, limit: MOST };
      /** @type {Pick<Recommendations, "beers" | "basis" | "recommendation_id">} */
      const answer =
        candidates.length > 0
          ? await api.recommendations(guest.identity(), asked, this.#leaving)
          : { beers: [], basis: "most loved", recommendation_id: null };
      if (this.#leaving.aborted) return;
      const follows = answer.recommendation_id;
      replaceItems(
        this.#list,
        answer.beers.map((beer) =>
          beerCard(beer, answer, {
            rate: (rated, score) => this.#rate(rated, score, follows),
            restore: this.#areDismissed ? (restored) => this.#restore(restored) : undefined,
          }),
        ),
      );
      if (answer.beers.length === 0) this.#state.replaceChildren(this.#nothing());
    } catch (error) {
      if (this.#leaving.aborted) return;
      this.#list.replaceChildren();
      this.#state.replaceChildren(errorState(error, () => this.#load()));
    }
    this.#list.setAttribute("aria-busy", "false");
  }

  #nothing() {
    const { nothing, nothingHint } = this.#said;
    const way = element("a", { class: "button", href: "#/beers" }, words.chosen.find);
    return emptyState(nothing, nothingHint, way);
  }

  /** @param {RecommendedBeer} beer */
  async #restore({ beer_id: id, name }) {
    device.put("dismissed", id, false);
    notify(words.actions.restored(name));
    await this.#load();
    // The button has gone with its card.
    const next = this.#list.querySelector("summary") ?? this.#state.querySelector("a");
    if (next instanceof HTMLElement) next.focus();
  }

  /**
   * @param {RecommendedBeer} beer
   * @param {number} score
   * @param {string | null} follows
   */
  #rate(beer, score, follows) {
    const tell = async (/** @type {string} */ news, /** @type {any} */ ways) => {
      notify(news, ways);
      if (!this.#leaving.aborted) await this.#load();
    };
    return rate(beer, score, { before: beer.given, follows, tell });
  }
}
