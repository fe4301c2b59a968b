/**
 * The list: beers for the guest, and what is trending.
 *
 * @import { Menu, RecommendedBeer, Recommendations, TrendingBeer } from "taproom-api"
 * @import { BeerFilter } from "../widgets/filters.mjs"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { replaceItems } from "../widgets/animated-list.mjs";
import { beerCard } from "../widgets/beer-card.mjs";
import { NO_FILTER, filters } from "../widgets/filters.mjs";
import { menuInvitation, menuSheet, menuSummary } from "../widgets/menu.mjs";
import { notify } from "../widgets/notice.mjs";
import { errorState, skeletonCards } from "../widgets/placeholders.mjs";
import { TrendingRow } from "../widgets/trending-row.mjs";
import { words } from "../words.mjs";
import { addedBeers, defaultLede, emptyList, noteOf } from "./list-words.mjs";

const STEP = 10;
const LONGEST_LIST = 100;
const SKELETONS = 5;

// What was asked for stays while the guest looks at the other views.
let query = newQuery(null);

/**
 * @param {string | null} username
 * @returns {{ username: string | null, filter: BeerFilter, menu: string | null, limit: number }}
 */
function newQuery(username) {
  return { username, filter: { ...NO_FILTER }, menu: null, limit: STEP };
}

/** @param {AbortSignal} leaving */
export function beersView(leaving) {
  if (query.username !== guest.username()) query = newQuery(guest.username());
  const view = new BeersView(leaving);
  view.load();
  return view.render();
}

class BeersView {
  #leaving;
  #call = new AbortController();
  // Whose answer is on the page; another filter or menu makes another query.
  /** @type {typeof query | null} */
  #answered = null;
  #lede = element("p", { class: "lede" }, defaultLede());
  #aside = element("div", { class: "tap" });
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
  #trending = new TrendingRow((beer, score) => this.#rate(beer, score));

  /** @param {AbortSignal} leaving */
  constructor(leaving) {
    this.#leaving = leaving;
    leaving.addEventListener("abort", () => this.#call.abort());
    this.#invite();
  }

  render() {
    return element(
      "div",
      { class: "view view-beers" },
      element(
        "header",
        { class: "view-head" },
        element("h1", { tabindex: -1 }, words.titles.beers),
        this.#lede,
      ),
      element(
        "div",
        { class: "aside" },
        this.#aside,
        filters(query.filter, (filter) => this.#narrow(filter)),
      ),
      element(
        "section",
        { class: "list", "aria-label": words.list.section },
        this.#list,
        this.#state,
        this.#more,
      ),
      this.#trending.render(),
    );
  }

  /**
   * @param {string | null} news What the guest has just done, to be said with what came of it.
   * @param {Record<string, () => unknown>} [ways] What they can do about that.
   */
  async load(news = null, ways = {}) {
    this.#call.abort();
    this.#call = new AbortController();
    const { signal } = this.#call;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(signal);
      if (signal.aborted) return;
      this.#show(answer, news, ways);
      // A menu is about this place alone.
      if (query.menu === null) this.#trending.load(query.filter, signal);
      else this.#trending.hide();
    } catch (error) {
      if (!signal.aborted) this.#fail(error, news, ways);
    }
  }

  /**
   * @param {Recommendations | Menu} answer
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  #show(answer, news, ways) {
    const { beers, basis, recommendation_id: id } = answer;
    const note = noteOf(answer, query);
    const isEmpty = beers.length === 0;
    this.#answered = query;
    const focused = this.#focusedPlace();
    const wasShown = this.#list.querySelector("[data-beer]") !== null;
    const cards = beers.map((beer) =>
      beerCard(beer, basis, (rated, score) => this.#rate(rated, score, id)),
    );
    const added = replaceItems(this.#list, cards);
    this.#list.setAttribute("aria-busy", "false");
    if (focused >= 0) this.#focusCard(focused);
    this.#lede.textContent = (!isEmpty && note) || defaultLede();
    this.#more.hidden =
      query.menu !== null || beers.length < query.limit || query.limit >= LONGEST_LIST;
    this.#state.replaceChildren(...(isEmpty ? [emptyList(query, note)] : []));
    this.#showMenu(answer);
    if (news) notify(`${news} ${addedBeers(added)}`, ways);
    else if (wasShown) notify(words.list.length(beers.length));
  }

  /** @param {Recommendations | Menu} answer */
  #showMenu(answer) {
    if (!("unplaced" in answer)) return this.#invite();
    const summary = menuSummary(answer, {
      edit: () => this.#openSheet(),
      leave: () => this.#leaveMenu(),
      replace: (line, text) => this.#replaceLine(line, text),
    });
    this.#aside.replaceChildren(summary);
  }

  /**
   * @param {api.ApiError} error
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  #fail(error, news, ways) {
    // What is there may still be of use where there is no connection.
    if (this.#answered === query) return this.#keep(error, news, ways);
    const retry = () => {
      this.#list.replaceChildren(...skeletonCards(SKELETONS));
      this.#state.replaceChildren();
      this.load();
    };
    this.#list.replaceChildren();
    this.#trending.hide();
    this.#more.hidden = true;
    this.#state.replaceChildren(errorState(error, retry));
    this.#list.setAttribute("aria-busy", "false");
  }

  /**
   * @param {api.ApiError} error
   * @param {string | null} news
   * @param {Record<string, () => unknown>} ways
   */
  #keep(error, news, ways) {
    for (const item of this.#list.children) item.removeAttribute("aria-busy");
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
   * @param {string | null} [recommendationId] Of the list that the beer is on.
   */
  async #rate(beer, score, recommendationId = null) {
    const item = this.#list.querySelector(`[data-beer="${CSS.escape(beer.beer_id)}"]`);
    item?.setAttribute("aria-busy", "true");
    try {
      await guest.rate(beer, score, recommendationId);
      if (this.#leaving.aborted) return;
      await this.load(words.rating.given(beer.name, score), {
        [words.rating.undo]: () => this.#undo(beer),
      });
    } catch (error) {
      item?.removeAttribute("aria-busy");
      notify(words.rating.notSaved(beer.name, error.message));
    }
  }

  /** @param {RecommendedBeer | TrendingBeer} beer As it was before it was rated. */
  async #undo(beer) {
    const given = "given" in beer ? beer.given : null;
    try {
      if (given === null) await guest.takeBack(beer.beer_id);
      else await guest.rate(beer, given);
      if (!this.#leaving.aborted) await this.load(words.rating.takenBack(beer.name));
    } catch (error) {
      notify(words.rating.notTakenBack(beer.name, error.message));
    }
  }

  #showMore() {
    query.limit = Math.min(query.limit + STEP, LONGEST_LIST);
    this.load();
  }

  /** @param {BeerFilter} filter */
  #narrow(filter) {
    query = { ...query, filter, limit: STEP };
    this.load();
  }

  #invite() {
    if (this.#aside.querySelector(".invitation")) return;
    this.#aside.replaceChildren(menuInvitation(() => this.#openSheet()));
  }

  #openSheet() {
    const sheet = menuSheet(query.menu ?? "", (menu) => this.#setMenu(menu), api.menuOnPhoto);
    document.body.append(sheet);
    sheet.showModal();
  }

  /** @param {string | null} menu */
  #setMenu(menu) {
    query = { ...query, menu };
    this.load();
  }

  #leaveMenu() {
    this.#invite();
    this.#aside.querySelector("button")?.focus();
    this.#setMenu(null);
  }

  /**
   * @param {number} number From 1 on.
   * @param {string} text
   */
  #replaceLine(number, text) {
    const lines = (query.menu ?? "").split(/\r?\n/);
    lines[number - 1] = text;
    this.#setMenu(lines.join("\n"));
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Recommendations | Menu>}
 */
function ask(signal) {
  const { filter, menu, limit } = query;
  const asked = { ...filter, limit, explain: true };
  if (menu === null) return api.recommendations(guest.identity(), asked, signal);
  return api.menu(guest.identity(), { ...asked, limit: LONGEST_LIST, menu }, signal);
}
