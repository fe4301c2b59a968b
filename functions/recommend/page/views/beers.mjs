/**
 * The list: beers for the guest, or for who is nobody yet what is loved; and what is trending.
 *
 * @import { ApiError } from "../api.mjs"
 * @import { Menu, MenuBeer, RecommendedBeer, Recommendations, TrendingBeer } from "taproom-api"
 * @import { BeerFilter } from "../widgets/filters.mjs"
 * @import { ListQuery } from "../beers/list-query.mjs"
 */

import { listAddress } from "../addresses.mjs";
import { dismissedLink, wishesLink } from "../beers/card-actions.mjs";
import { rate } from "../beers/rate.mjs";
import { shareButton } from "../beers/share.mjs";
import * as device from "../device.mjs";
import { element, viewHead } from "../elements.mjs";
import { time } from "../formats.mjs";
import * as guest from "../guest.mjs";
import { replaceItems } from "../widgets/animated-list.mjs";
import { beerCard, markWaiting } from "../widgets/beer-card.mjs";
import { filters } from "../widgets/filters.mjs";
import { notify } from "../widgets/notice.mjs";
import { errorState, skeletonCards } from "../widgets/placeholders.mjs";
import { TrendingRow } from "../widgets/trending-row.mjs";
import { beerSearch, keepInvitation, welcomeWays } from "../widgets/welcome.mjs";
import { words } from "../words.mjs";
import { betterAnswer } from "./better-answer.mjs";
import { addedBeers, defaultLede, emptyList, noteOf } from "./list-words.mjs";
import { LONGEST_LIST, STEP, ask, earlierList, newQuery, shown } from "../beers/list-query.mjs";
import { MenuPlace } from "../beers/menu-place.mjs";

const SKELETONS = 5;

/** @param {AbortSignal} leaving */
export function beersView(leaving) {
  if (shown.query.username !== guest.username()) shown.query = newQuery(guest.username());
  const view = new BeersView(leaving);
  view.load();
  return view.render();
}

class BeersView {
  #leaving;
  #call = new AbortController();
  // Whose answer is on the page; another filter or menu makes another query.
  /** @type {ListQuery | null} */
  #answered = null;
  // When what is on the page was answered, where that was at an earlier time.
  /** @type {string | null} */
  #earlier = null;
  #isWelcome = guest.current() === null;
  #lede = element("p", { class: "lede" }, this.#isWelcome ? words.welcome.lede : defaultLede());
  #keep = element("div", { class: "keep" });
  #menu = new MenuPlace((menu) => {
    shown.query = { ...shown.query, menu };
    this.load();
  });
  #list = element(
    "ol",
    { class: "cards", "aria-label": words.list.name, "aria-busy": "true" },
    skeletonCards(SKELETONS),
  );
  #state = element("div", { class: "list-state" });
  #more = element(
    "button",
    { type: "button", class: "more", hidden: true, onclick: () => this.#showMore() },
    words.list.more,
  );
  #trending = new TrendingRow((beer, score) => this.#rate(beer, score), this.#isWelcome);

  /** @param {AbortSignal} leaving */
  constructor(leaving) {
    this.#leaving = leaving;
    leaving.addEventListener("abort", () => this.#call.abort());
    // What has been said of these ratings stays.
    addEventListener("sent", () => this.load(""), { signal: leaving });
    addEventListener("online", () => this.#earlier && this.load(), { signal: leaving });
    this.#keep.replaceChildren(...keepInvitation());
  }

  render() {
    const list = this.#listSection();
    const trending = this.#trending.render();
    return element(
      "div",
      { class: `view view-beers${this.#isWelcome ? " view-welcome" : ""}` },
      this.#head(),
      element(
        "aside",
        { class: "aside", "aria-label": words.filters.name },
        beerSearch(),
        this.#menu.element,
        ...filters(shown.query.filter, (filter) => this.#narrow(filter)),
      ),
      this.#isWelcome ? [trending, list] : [list, trending],
    );
  }

  #listSection() {
    return element(
      "section",
      { class: "list", "aria-label": words.list.section },
      this.#isWelcome && element("h2", {}, words.welcome.loved),
      this.#list,
      this.#state,
      this.#more,
      element(
        "div",
        { class: "list-ways" },
        shareButton(() => listAddress(this.#shownIds())),
        wishesLink(),
        dismissedLink(),
      ),
    );
  }

  #head() {
    return viewHead(
      this.#isWelcome ? words.welcome.heading : words.titles.beers,
      this.#lede,
      this.#isWelcome ? welcomeWays() : this.#keep,
    );
  }

  /**
   * @param {string | null} news What the guest has just done, to be said with what came of it;
   *   where it is empty nothing is said.
   * @param {Record<string, () => unknown>} [ways] What they can do about that.
   */
  async load(news = null, ways = {}) {
    this.#call.abort();
    this.#call = new AbortController();
    const { signal } = this.#call;
    this.#list.setAttribute("aria-busy", "true");
    // A menu is about this place alone.
    if (shown.query.menu === null) this.#trending.load(shown.query.filter, signal);
    else this.#trending.hide();
    try {
      const answer = await ask(shown.query, signal);
      if (signal.aborted) return;
      this.#earlier = null;
      this.#show(answer, news, ways);
      earlierList.keep(shown.query, answer);
      if (answer.basis !== "quick") return;
      const better = await betterAnswer(() => ask(shown.query, signal, false), this.#list, signal);
      if (better !== null) this.#show(better, words.list.better, {});
    } catch (error) {
      if (!signal.aborted) await this.#fail(error, news, ways);
    }
  }

  /**
   * @param {Recommendations | Menu} answer
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  #show(answer, news, ways) {
    const { beers, recommendation_id: id } = answer;
    const note = noteOf(answer, shown.query);
    const isEmpty = beers.length === 0;
    this.#answered = shown.query;
    const focused = this.#focusedPlace();
    const wasShown = this.#list.querySelector("[data-beer]") !== null;
    const added = replaceItems(
      this.#list,
      beers.map((beer) => this.#card(beer, answer, id)),
    );
    this.#list.setAttribute("aria-busy", "false");
    if (focused >= 0) this.#focusCard(focused);
    if (this.#earlier !== null) this.#lede.textContent = words.list.earlier(time(this.#earlier));
    else if (guest.current() !== null) {
      this.#lede.textContent = (!isEmpty && note) || defaultLede();
    }
    this.#keep.replaceChildren(...keepInvitation());
    this.#more.hidden =
      shown.query.menu !== null ||
      beers.length < shown.query.limit ||
      shown.query.limit >= LONGEST_LIST;
    this.#state.replaceChildren(...(isEmpty ? [emptyList(shown.query, note)] : []));
    this.#menu.show(answer);
    if (news) notify(`${news} ${addedBeers(added)}`, ways);
    else if (wasShown && news === null) notify(words.list.length(beers.length));
  }

  /**
   * @param {RecommendedBeer | MenuBeer} beer
   * @param {Recommendations | Menu} answer
   * @param {string | null} follows
   */
  #card(beer, answer, follows) {
    return beerCard(beer, answer, {
      rate: (rated, score) => this.#rate(rated, score, follows),
      // A menu is what there is: no beer goes from it.
      dismiss: shown.query.menu === null ? (dismissed) => this.#dismiss(dismissed) : undefined,
    });
  }

  /**
   * @param {ApiError} error
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  async #fail(error, news, ways) {
    // What is there may still be of use where there is no connection.
    if (this.#answered === shown.query) return this.#stay(error, news, ways);
    const earlier = await earlierList.find(shown.query, error);
    if (earlier !== null && !this.#leaving.aborted) {
      this.#earlier = earlier.at;
      return this.#show(earlier.answer, news, ways);
    }
    const retry = () => {
      this.#list.replaceChildren(...skeletonCards(SKELETONS));
      this.#state.replaceChildren();
      this.load();
    };
    this.#list.replaceChildren();
    this.#menu.fail();
    this.#call.abort();
    this.#trending.hide();
    this.#more.hidden = true;
    this.#state.replaceChildren(errorState(error, retry));
    this.#list.setAttribute("aria-busy", "false");
  }

  /**
   * @param {ApiError} error
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  #stay(error, news, ways) {
    for (const item of this.#list.children) {
      item.removeAttribute("aria-busy");
      if (item instanceof HTMLElement) markWaiting(item);
    }
    this.#list.setAttribute("aria-busy", "false");
    const stale = words.list.stale(error.message);
    notify(news ? `${news} ${stale}` : stale, {
      ...ways,
      [words.failures.tryAgain]: () => this.load(),
    });
  }

  /** @returns {number} The place of the card that has the focus, -1 where none has. */
  #focusedPlace() {
    const cards = [...this.#list.children];
    return cards.findIndex((card) => card.contains(document.activeElement));
  }

  /** @param {number} place Where there are fewer cards, the last one takes the focus. */
  #focusCard(place) {
    const cards = this.#list.children;
    const control = cards[Math.min(place, cards.length - 1)]?.querySelector("summary, input");
    if (control instanceof HTMLElement) control.focus({ preventScroll: true });
  }

  /**
   * @param {RecommendedBeer | TrendingBeer} beer
   * @param {number} score
   * @param {string | null} [follows] The answer that the beer is in.
   */
  async #rate(beer, score, follows = null) {
    const item = this.#list.querySelector(`[data-beer="${CSS.escape(beer.beer_id)}"]`);
    item?.setAttribute("aria-busy", "true");
    const before = "given" in beer ? beer.given : null;
    const tell = async (/** @type {string} */ news, /** @type {any} */ ways = {}) => {
      if (!this.#leaving.aborted) await this.load(news, ways);
    };
    if (!(await rate(beer, score, { before, follows, tell }))) item?.removeAttribute("aria-busy");
  }

  /** @param {RecommendedBeer} beer */
  #dismiss({ beer_id: id, name }) {
    device.put("dismissed", id, true);
    const undo = () => {
      device.put("dismissed", id, false);
      this.load();
    };
    this.load(words.actions.dismissed(name), { [words.rating.undo]: undo });
  }

  #shownIds() {
    /** @type {NodeListOf<HTMLElement>} */
    const cards = this.#list.querySelectorAll(":scope > [data-beer]");
    return [...cards].map((card) => card.dataset.beer ?? "");
  }

  #showMore() {
    shown.query.limit = Math.min(shown.query.limit + STEP, LONGEST_LIST);
    this.load();
  }

  /** @param {BeerFilter} filter */
  #narrow(filter) {
    shown.query = { ...shown.query, filter, limit: STEP };
    this.load();
  }
}
