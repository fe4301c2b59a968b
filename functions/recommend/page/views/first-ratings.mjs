/**
 * Five taps to a taste: one beer after the other that tells much about it, and below them the list,
 * which moves with every tap.
 *
 * @import { CatalogueBeer } from "taproom-api"
 */

import * as api from "../api.mjs";
import { beerRow, skeletonBeerRows } from "../beers/beer-row.mjs";
import { glass } from "../beers/glass.mjs";
import { rate } from "../beers/rate.mjs";
import { element, viewHead } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { replaceItems } from "../widgets/animated-list.mjs";
import { beerFacts } from "../widgets/beer-card.mjs";
import { Combobox } from "../widgets/combobox.mjs";
import { notify } from "../widgets/notice.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { starRating } from "../widgets/star-rating.mjs";
import { findBeers } from "../widgets/welcome.mjs";
import { words } from "../words.mjs";

const TAPS = 5;
const QUESTIONS = 60;
const LIST = 6;

/** @param {AbortSignal} leaving */
export function firstRatingsView(leaving) {
  const view = new FirstRatingsView(leaving);
  view.load();
  return view.render();
}

class FirstRatingsView {
  #leaving;
  #taps = Object.keys(guest.ratings()).length;
  /** @type {CatalogueBeer[]} Those still to be asked about, the next one first. */
  #queue = [];
  #call = new AbortController();
  #question = element(
    "section",
    { class: "question", "aria-label": words.taps.question, "aria-busy": "true" },
    skeletonQuestion(),
  );
  #dots = element("span", { class: "taps", "aria-hidden": "true" });
  #progress = element("p", { role: "status" });
  #onwards = element("a", { class: "button", href: "#/beers" });
  #heading = element("h2", {}, words.taps.listOfNobody);
  #list = element(
    "ol",
    { class: "beer-rows", "aria-label": words.taps.list },
    skeletonBeerRows(LIST),
  );

  /** @param {AbortSignal} leaving */
  constructor(leaving) {
    this.#leaving = leaving;
    leaving.addEventListener("abort", () => this.#call.abort());
    this.#showProgress();
  }

  render() {
    return element(
      "div",
      { class: "view view-new" },
      viewHead(words.taps.heading, element("p", { class: "lede" }, words.taps.lede)),
      element("div", { class: "ask" }, this.#question, this.#searchField().element),
      element("section", { class: "so-far" }, this.#heading, this.#list),
      element("div", { class: "onwards" }, this.#dots, this.#progress, this.#onwards),
    );
  }

  /** The beers to ask about, and the list. */
  async load() {
    this.#showList();
    try {
      const query = /** @type {const} */ ({ order: "styles", limit: QUESTIONS });
      const { beers } = await api.beers(query, this.#leaving);
      const rated = guest.ratings();
      this.#queue = beers.filter((beer) => !(beer.beer_id in rated));
      this.#ask(false);
    } catch (error) {
      if (this.#leaving.aborted) return;
      this.#question.replaceChildren(errorState(error, () => this.load()));
    }
    this.#question.setAttribute("aria-busy", "false");
  }

  /** @param {boolean} isFocused */
  #ask(isFocused = true) {
    const [beer] = this.#queue;
    this.#question.replaceChildren(
      ...(beer ? this.#card(beer) : [element("p", { class: "lede" }, words.taps.noneLeft)]),
    );
    if (isFocused) this.#question.querySelector("input")?.focus({ preventScroll: true });
  }

  /** @param {CatalogueBeer} beer */
  #card(beer) {
    const given = guest.scores()[beer.beer_id] ?? null;
    return [
      glass(beer),
      element(
        "div",
        { class: "card-body", "data-beer": beer.beer_id },
        element("h2", { class: "card-name" }, beer.name),
        element("p", { class: "card-brewery" }, beer.brewery),
        element("p", { class: "card-facts" }, beerFacts(beer)),
      ),
      starRating(beer.name, given, (score) => this.#rate(beer, score, given)),
      element(
        "button",
        {
          type: "button",
          class: "second",
          "aria-label": words.taps.notHadOf(beer.name),
          onclick: () => this.#next(),
        },
        words.taps.notHad,
      ),
    ];
  }

  #next() {
    this.#queue.shift();
    this.#ask();
  }

  /**
   * @param {CatalogueBeer} beer
   * @param {number} score
   * @param {number | null} before
   */
  #rate(beer, score, before) {
    rate(beer, score, {
      before,
      tell: (news, ways) => {
        notify(news, ways);
        this.#taps += ways ? 1 : -1;
        this.#showProgress();
        this.#showList();
        // Taken back, it is asked about again.
        if (ways) this.#next();
        else {
          this.#queue.unshift(beer);
          this.#ask();
        }
      },
    });
  }

  #searchField() {
    const search = new Combobox({
      id: "known-beer",
      label: words.taps.search,
      placeholder: words.taps.searchBy,
      shortest: 2,
      find: findBeers,
      nothingFound: words.welcome.noMatch,
      onChoose: ({ beer }) => {
        search.clear();
        this.#queue = [beer, ...this.#queue.filter((other) => other.beer_id !== beer.beer_id)];
        this.#ask();
      },
    });
    return search;
  }

  #showProgress() {
    const number = this.#taps;
    this.#progress.textContent = words.taps.progress(number, TAPS);
    this.#dots.replaceChildren(
      ...Array.from({ length: TAPS }, (_, place) =>
        element("i", { class: place < number ? "done" : null }),
      ),
    );
    this.#onwards.classList.toggle("waiting", number === 0);
    this.#onwards.textContent = number === 0 ? words.taps.skip : words.taps.done;
  }

  async #showList() {
    this.#call.abort();
    this.#call = new AbortController();
    const { signal } = this.#call;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const asked = { limit: LIST };
      const { beers, basis } = await api.unloggedRecommendations(guest.identity(), asked, signal);
      if (signal.aborted) return;
      const isPersonal = basis === "personal";
      this.#heading.textContent = isPersonal ? words.taps.list : words.taps.listOfNobody;
      const whose = isPersonal ? words.card.youdGive : words.card.everyone;
      replaceItems(
        this.#list,
        beers.map((beer) => beerRow(beer, beer.score, whose)),
      );
    } catch (error) {
      if (!signal.aborted) this.#list.replaceChildren(element("li", {}, error.message));
    }
    if (!signal.aborted) this.#list.setAttribute("aria-busy", "false");
  }
}

function skeletonQuestion() {
  return [bone("figure"), element("div", { class: "card-body" }, bone("title"), bone("line"))];
}
