/**
 * One beer: what it is, what everybody and the guest make of it, and what is like it.
 *
 * @import { BeerOfRelease, RecommendedBeer, Recommendations } from "taproom-api"
 */

import { breweryAddress, decoded } from "../addresses.mjs";
import * as api from "../api.mjs";
import { beerRow, skeletonBeerRows } from "./beer-row.mjs";
import { wishButton } from "./card-actions.mjs";
import { rate, sentLater } from "./rate.mjs";
import { shareButton } from "./share.mjs";
import * as device from "../device.mjs";
import { element } from "../elements.mjs";
import { decimal, predictedScore } from "../formats.mjs";
import * as guest from "../guest.mjs";
import {
  beerFacts,
  pictureOrGlass,
  pouredAt,
  unusualOf,
  whySentence,
} from "../widgets/beer-card.mjs";
import { notify } from "../widgets/notice.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { starRating } from "../widgets/star-rating.mjs";
import { words } from "../words.mjs";
import { ofBrewery } from "./brewery-view.mjs";

const SIMILAR = 6;
const OF_BREWERY = 6;
const LONGEST_NOTE = 5000; // characters; the API takes no more

/**
 * @param {AbortSignal} leaving
 * @param {string} about The beer's id, as the address has it.
 */
export function beerView(leaving, about) {
  const view = new BeerView(leaving, decoded(about));
  view.load();
  return view.render();
}

class BeerView {
  #leaving;
  #id;
  #view = element("div", { class: "view view-beer", "aria-busy": "true" }, skeleton());

  /**
   * @param {AbortSignal} leaving
   * @param {string} id
   */
  constructor(leaving, id) {
    this.#leaving = leaving;
    this.#id = id;
  }

  render() {
    return this.#view;
  }

  async load() {
    const signal = this.#leaving;
    try {
      const [beer, mine] = await Promise.all([
        api.beer(this.#id, signal),
        mineOf(this.#id, signal),
      ]);
      this.#show(beer, mine);
    } catch (error) {
      if (signal.aborted) return;
      const heading = element("h1", { tabindex: -1, class: "unseen" }, words.titles.beers);
      this.#view.replaceChildren(
        heading,
        errorState(error, () => this.load()),
      );
    }
    this.#view.setAttribute("aria-busy", "false");
  }

  /**
   * @param {BeerOfRelease} beer
   * @param {Mine | null} mine
   */
  #show(beer, mine) {
    const hadFocus = this.#view.contains(document.activeElement);
    const heading = element("h1", { tabindex: -1 }, beer.name);
    document.title = `${beer.name} · Taproom`;
    this.#view.replaceChildren(
      element(
        "header",
        { class: "beer-head" },
        pictureOrGlass(beer),
        element(
          "div",
          {},
          heading,
          element(
            "p",
            { class: "card-brewery" },
            element("a", { href: breweryAddress(beer.brewery) }, beer.brewery),
          ),
          element("p", { class: "card-facts" }, beerFacts(beer)),
          pouredAt(beer),
          beer.description && element("p", { class: "lede" }, beer.description),
        ),
      ),
      element("div", { class: "beer-columns" }, this.#rating(beer, mine), this.#others(beer)),
    );
    // The heading of the skeleton may have had it.
    if (hadFocus) heading.focus({ preventScroll: true });
  }

  /**
   * @param {BeerOfRelease} beer
   * @param {Mine | null} mine
   */
  #rating(beer, mine) {
    const given = mine?.given ?? null;
    const tell = async (/** @type {string} */ news, /** @type {any} */ ways) => {
      notify(news, ways);
      if (!this.#leaving.aborted) await this.load();
    };
    return element(
      "section",
      { class: "beer-mine", "aria-labelledby": "mine" },
      element("h2", { id: "mine" }, words.beer.yours),
      mine && verdict(mine),
      element("p", { class: "fine" }, everybodys(beer)),
      starRating(beer.name, given, (score) => rate(beer, score, { before: given, tell })),
      noteField(beer, given),
      element(
        "div",
        { class: "card-actions" },
        wishButton(beer),
        shareButton(() => location.hash, words.actions.shareBeer),
      ),
    );
  }

  /** @param {BeerOfRelease} beer */
  #others(beer) {
    const similar = element("ul", { class: "beer-rows" }, skeletonBeerRows(SIMILAR));
    const brewed = element("ul", { class: "beer-rows" });
    const more = element("section", { hidden: true });
    more.append(
      element(
        "h2",
        {},
        element("a", { href: breweryAddress(beer.brewery) }, words.beer.ofBrewery(beer.brewery)),
      ),
      brewed,
    );
    this.#fill(similar, async (signal) => {
      const { beers } = await api.similar(beer.beer_id, SIMILAR, signal);
      return beers.map((other) => beerRow(other, other.mean_score, words.card.everyone));
    });
    this.#fill(brewed, async (signal) => {
      const query = { brewery: beer.brewery, limit: OF_BREWERY + 1 };
      const { beers } = await api.beers(query, signal);
      const others = beers.filter((other) => other.beer_id !== beer.beer_id).slice(0, OF_BREWERY);
      more.hidden = others.length === 0;
      return others.map(ofBrewery);
    });
    return element(
      "div",
      { class: "beer-others" },
      element("section", {}, element("h2", {}, words.beer.similar), similar),
      more,
    );
  }

  /**
   * @param {HTMLElement} list
   * @param {(signal: AbortSignal) => Promise<HTMLElement[]>} find
   */
  async #fill(list, find) {
    try {
      list.replaceChildren(...(await find(this.#leaving)));
    } catch (error) {
      if (!this.#leaving.aborted) list.replaceChildren(element("li", {}, error.message));
    }
  }
}

/** @typedef {RecommendedBeer & Pick<Recommendations, "basis">} Mine */

/**
 * What the guest gave the beer, or would; null where that can't be said.
 *
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Mine | null>}
 */
async function mineOf(id, signal) {
  const asked = { candidates: [id], include_tried: true, explain: true, limit: 1 };
  try {
    const { beers, basis } = await api.unloggedRecommendations(guest.identity(), asked, signal);
    return beers.length > 0 ? { ...beers[0], basis } : null;
  } catch (error) {
    if (signal.aborted) throw error;
    // The beer's own page is worth showing without it.
    return null;
  }
}

/** @param {Mine} mine */
function verdict(mine) {
  const { given, basis, score, explanation } = mine;
  if (given !== null) return element("p", { class: "verdict" }, words.beer.youGave(given));
  if (basis !== "personal") return null;
  return element(
    "div",
    {},
    element("p", { class: "verdict" }, words.beer.youdGive(predictedScore(score))),
    explanation && element("p", {}, whySentence(mine, explanation, basis)),
    explanation && unusualOf(mine, explanation),
  );
}

/** @param {BeerOfRelease} beer */
function everybodys({ reviews, mean_score: mean }) {
  return mean === null ? words.beer.unrated : words.beer.everybody(reviews, decimal(mean, 1));
}

/**
 * @param {BeerOfRelease} beer
 * @param {number | null} given
 */
function noteField(beer, given) {
  const field = element("textarea", {
    id: "note",
    class: "field",
    rows: 2,
    maxlength: LONGEST_NOTE,
    "aria-describedby": "note-hint",
  });
  field.value = device.note(beer.beer_id);
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    device.takeNote(beer.beer_id, field.value.trim());
    if (given === null) return notify(words.beer.noteNeedsScore);
    try {
      // A note goes with its score: the later review counts.
      notify(words.beer.noteSaved + sentLater(await guest.rate(beer, given)));
    } catch (error) {
      notify(words.rating.notSaved(beer.name, error.message));
    }
  };
  return element(
    "form",
    { class: "note", onsubmit },
    element("label", { for: "note" }, words.beer.note),
    field,
    element("p", { class: "fine", id: "note-hint" }, words.beer.noteHint),
    element("button", { type: "submit", class: "second" }, words.beer.saveNote),
  );
}

function skeleton() {
  return element(
    "header",
    { class: "beer-head skeleton" },
    bone("figure"),
    element("div", {}, element("h1", { tabindex: -1 }, "\u00a0"), bone("line"), bone("short")),
  );
}
