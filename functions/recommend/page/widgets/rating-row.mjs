/**
 * A beer that the guest has rated: both scores, the stars that change the guest's, and the button
 * that takes it back.
 *
 * @import { Review } from "taproom-api"
 */

import { beerAddress } from "../addresses.mjs";
import { element } from "../elements.mjs";
import { givenScore, predictedScore } from "../formats.mjs";
import * as guest from "../guest.mjs";
import { words } from "../words.mjs";
import { starRating } from "./star-rating.mjs";

/**
 * How the beer is listed is not shown, and a device that keeps a newcomer's ratings does not know.
 *
 * @typedef {"price" | "places" | "image_url" | "description" | "retired"} Listing
 * @typedef {Omit<Review, Listing> & { retired?: boolean }} Rated
 */

/**
 * @param {Rated} review
 * @param {(name: string, score: number) => unknown} onRate
 * @param {(name: string) => unknown} onTakeBack
 */
export function ratingRow(review, onRate, onTakeBack) {
  const name = review.name ?? words.ratings.unlisted;
  const waiting = guest.waiting(review.beer_id);
  const editor = ratingEditor(name, review.score, (score) => onRate(name, score));
  return element(
    "li",
    { class: "rating", "data-beer": review.beer_id },
    ratedBeer(review, name),
    waiting && element("p", { class: "waiting" }, words.rating.waits(waiting.score)),
    element(
      "p",
      { class: "rating-scores" },
      figure(words.ratings.you, givenScore(review.score), "mine"),
      figure(
        words.ratings.model,
        review.predicted === null ? "–" : predictedScore(review.predicted),
        "models",
      ),
    ),
    bothScores(review),
    element(
      "p",
      { class: "rating-actions" },
      review.name !== null && editor.opener,
      takeBackButton(name, onTakeBack),
    ),
    editor.place,
  );
}

/**
 * @param {Rated} review
 * @param {string} name
 */
function ratedBeer({ beer_id: id, name: listed, brewery, style, retired }, name) {
  const facts = [brewery, style, retired && words.ratings.retired].filter(Boolean);
  return element(
    "div",
    { class: "rating-beer" },
    element(
      "h2",
      { class: "card-name" },
      listed === null ? name : element("a", { href: beerAddress(id) }, name),
    ),
    element("p", { class: "card-facts" }, facts.join(" · ")),
  );
}

/**
 * @param {string} name
 * @param {(name: string) => unknown} onTakeBack
 */
function takeBackButton(name, onTakeBack) {
  const label = words.ratings.takeBackOf(name);
  const onclick = () => onTakeBack(name);
  return element(
    "button",
    { type: "button", class: "quiet", "aria-label": label, onclick },
    words.ratings.takeBack,
  );
}

/**
 * The button "Change", and where the stars then are.
 *
 * @param {string} name
 * @param {number} score
 * @param {(score: number) => unknown} onRate
 */
function ratingEditor(name, score, onRate) {
  const place = element("div", { class: "rating-editor", hidden: true });
  const toggle = () => {
    const isOpening = place.hidden;
    place.hidden = !isOpening;
    opener.setAttribute("aria-expanded", String(isOpening));
    place.replaceChildren(...(isOpening ? [starRating(name, score, onRate)] : []));
    const chosen = place.querySelector("input:checked") ?? place.querySelector("input");
    if (chosen instanceof HTMLElement) chosen.focus();
  };
  const opener = element(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-expanded": "false",
      "aria-label": words.ratings.changeOf(name),
      onclick: toggle,
    },
    words.ratings.change,
  );
  return { opener, place };
}

/**
 * @param {string} label
 * @param {string} value
 * @param {string} className
 */
function figure(label, value, className) {
  return element(
    "span",
    { class: className },
    element("span", {}, label),
    " ",
    element("strong", {}, value),
  );
}

/**
 * Both scores on one line of 0 to 5.
 *
 * @param {Rated} review
 */
function bothScores({ score, predicted }) {
  const line = element(
    "span",
    { class: "beside", "aria-hidden": "true" },
    element("span", { class: "beside-gap" }),
    predicted !== null && element("span", { class: "beside-models" }),
    element("span", { class: "beside-mine" }),
  );
  line.style.setProperty("--mine", String(score / 5));
  line.style.setProperty("--models", String((predicted ?? score) / 5));
  return line;
}
