/**
 * What the guest gave, beside what the model predicts.
 *
 * @import { Rated } from "../widgets/rating-row.mjs"
 */

import * as api from "../api.mjs";
import { wishesLink } from "../beers/card-actions.mjs";
import { sentLater } from "../beers/rate.mjs";
import { element, viewHead } from "../elements.mjs";
import { decimal, time } from "../formats.mjs";
import * as guest from "../guest.mjs";
import * as earlier from "../offline/earlier.mjs";
import { notify } from "../widgets/notice.mjs";
import { bone, emptyState, errorState } from "../widgets/placeholders.mjs";
import { ratingRow } from "../widgets/rating-row.mjs";
import { words } from "../words.mjs";

/** @typedef {{ reviews: Rated[], total: number }} Page `total` counts all of the guest's. */

const STEP = 30;
const NEWCOMERS_PREDICTIONS = 12; // each takes a question of its own
const SKELETONS = 6;

/** @param {AbortSignal} leaving */
export function ratingsView(leaving) {
  const view = new RatingsView(leaving);
  view.load();
  return view.render();
}

class RatingsView {
  #leaving;
  /** @type {Rated[]} */
  #shown = [];
  #total = 0;
  #isEarlier = false;
  #lede = element("p", { class: "lede", role: "status" }, words.ratings.lede);
  #list = element(
    "ol",
    { class: "ratings", "aria-label": words.titles.ratings, "aria-busy": "true" },
    skeletonRows(),
  );
  #state = element("div");
  #more = element(
    "button",
    { type: "button", class: "more", hidden: true, onclick: () => this.load() },
    words.ratings.more,
  );

  /** @param {AbortSignal} leaving */
  constructor(leaving) {
    this.#leaving = leaving;
    const again = () => {
      this.#shown = [];
      this.load();
    };
    addEventListener("sent", again, { signal: leaving });
    addEventListener("online", () => this.#isEarlier && again(), { signal: leaving });
  }

  render() {
    return element(
      "div",
      { class: "view view-ratings" },
      viewHead(
        words.titles.ratings,
        this.#lede,
        element("div", { class: "list-ways" }, wishesLink()),
      ),
      this.#list,
      this.#state,
      this.#more,
    );
  }

  /** The next ratings, the latest first. */
  async load() {
    this.#state.replaceChildren();
    this.#more.hidden = true;
    try {
      const offset = this.#shown.length;
      const page = await nextPage(offset, this.#leaving);
      if (this.#leaving.aborted) return;
      if (offset === 0) earlier.keep("ratings", guest.username(), page);
      this.#show(page);
    } catch (error) {
      if (!this.#leaving.aborted) await this.#fail(error);
    }
    this.#list.setAttribute("aria-busy", "false");
  }

  /** @param {Page} page */
  #show({ reviews, total }) {
    this.#shown.push(...reviews);
    this.#total = total;
    const rows = withWaiting(this.#shown).map((review) => this.#row(review));
    this.#list.replaceChildren(...rows);
    this.#summarise();
    this.#more.hidden = this.#shown.length >= total;
    if (rows.length === 0) this.#state.replaceChildren(nothingRated());
  }

  /** @param {api.ApiError} error */
  async #fail(error) {
    // Somebody who has rated nothing yet.
    if (error.status === 404) return this.#show({ reviews: [], total: 0 });
    if (this.#shown.length === 0) {
      const kept = await earlier.find("ratings", guest.username(), error);
      this.#show(kept?.answer ?? { reviews: [], total: 0 });
      this.#isEarlier = kept !== null;
      if (kept) this.#lede.textContent = words.list.earlier(time(kept.at));
      if (kept) return;
    }
    this.#state.replaceChildren(errorState(error, () => this.load()));
  }

  #summarise() {
    const summary = accuracyOf(this.#shown, this.#total);
    if (summary) this.#lede.textContent = summary;
  }

  /** @param {Rated} review */
  #row(review) {
    /** @param {string} name @param {number} score */
    const rate = async (name, score) => {
      try {
        const why = await guest.rate(review, score);
        review.score = score;
        this.#replace(row, review);
        this.#summarise();
        notify(words.rating.given(name, score) + sentLater(why));
      } catch (error) {
        notify(words.rating.notSaved(name, error.message));
      }
    };
    const row = ratingRow(review, rate, (name) => this.#takeBack(review, name, row));
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {Rated} review As it is now.
   */
  #replace(row, review) {
    const changed = this.#row(review);
    row.replaceWith(changed);
    changed.querySelector("button")?.focus();
  }

  /**
   * @param {Rated} review
   * @param {string} name
   * @param {HTMLElement} row
   */
  async #takeBack(review, name, row) {
    let why;
    try {
      why = await guest.takeBack(review);
    } catch (error) {
      notify(words.rating.notTakenBack(name, error.message));
      return;
    }
    notify(words.rating.takenBack(name) + sentLater(why));
    if (why !== null) return this.#replace(row, review);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#shown = this.#shown.filter((one) => one !== review);
    this.#total -= 1;
    if (next) next.querySelector("button")?.focus();
    else this.#state.replaceChildren(nothingRated());
    this.#summarise();
  }
}

/**
 * With what the guest has said of them since, and first what they have rated: as far as it waits to
 * be sent.
 *
 * @param {Rated[]} reviews
 * @returns {Rated[]}
 */
function withWaiting(reviews) {
  const waiting = guest.allWaiting();
  const known = reviews.map((review) => review.beer_id);
  const added = waiting.flatMap(({ beer, score }) =>
    score === null || known.includes(beer.beer_id) ? [] : [{ ...beer, score, predicted: null }],
  );
  for (const review of reviews) {
    review.score = guest.waiting(review.beer_id)?.score ?? review.score;
  }
  return [...added, ...reviews];
}

/**
 * @param {number} offset
 * @param {AbortSignal} signal
 * @returns {Promise<Page>}
 */
async function nextPage(offset, signal) {
  const username = guest.username();
  if (username === null) return newcomersRatings(signal);
  return api.reviews(username, { limit: STEP, offset }, signal);
}

/**
 * All that a newcomer rated, the latest first.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<Page>}
 */
async function newcomersRatings(signal) {
  const rated = Object.entries(guest.ratings()).reverse();
  const reviews = await Promise.all(
    rated.map(async ([id, rating], place) => ({
      ...rating,
      beer_id: id,
      predicted: place < NEWCOMERS_PREDICTIONS ? await predictionOf(id, signal) : null,
    })),
  );
  return { reviews, total: reviews.length };
}

/**
 * The score that the model predicts from the newcomer's other ratings alone.
 *
 * @param {string} beerId
 * @param {AbortSignal} signal
 */
async function predictionOf(beerId, signal) {
  const ratings = guest.scores();
  delete ratings[beerId];
  if (Object.keys(ratings).length === 0) return null;
  const body = { ratings, candidates: [beerId], limit: 1 };
  try {
    const { basis, beers } = await api.recommendationsFor(body, signal);
    return basis === "personal" ? (beers[0]?.score ?? null) : null;
  } catch (error) {
    // Without signal the ratings on this device are there all the same.
    if (error.status === 0) return null;
    throw error;
  }
}

/**
 * How far off the model is, over the reviews shown.
 *
 * @param {Rated[]} shown
 * @param {number} total
 * @returns {string | null} Null where it predicted none.
 */
function accuracyOf(shown, total) {
  const errors = shown.flatMap(({ score, predicted }) =>
    predicted === null ? [] : [Math.abs(score - predicted)],
  );
  if (errors.length === 0) return null;
  const mean = decimal(errors.reduce((sum, error) => sum + error, 0) / errors.length, 2);
  return shown.length === total
    ? words.ratings.accuracy(total, mean)
    : words.ratings.accuracyOfLatest(shown.length, total, mean);
}

function nothingRated() {
  const address = guest.isNewcomer() ? "#/new" : "#/beers";
  return emptyState(
    words.ratings.nothing,
    words.ratings.nothingHint,
    element("a", { class: "button", href: address }, words.ratings.rate),
  );
}

function skeletonRows() {
  return Array.from({ length: SKELETONS }, () =>
    element(
      "li",
      { class: "rating skeleton", "aria-hidden": "true" },
      element("div", { class: "rating-beer" }, bone("title"), bone("short")),
      element("p", { class: "rating-scores" }, bone("line")),
      bone("meter"),
    ),
  );
}
