/**
 * A recommended beer on the list.
 *
 * @import { BeerExplanation, MenuBeer, NearBeer, Places } from "taproom-api"
 * @import { RecommendedBeer, Recommendations } from "taproom-api"
 */

import { beerAddress, breweryAddress } from "../addresses.mjs";
import * as api from "../api.mjs";
import { cardActions } from "../beers/card-actions.mjs";
import { glass } from "../beers/glass.mjs";
import { element } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { decimal, predictedScore, strength } from "../formats.mjs";
import { pictureOf } from "../sign-in.mjs";
import { words } from "../words.mjs";
import { starRating } from "./star-rating.mjs";

/** @type {Record<BeerExplanation["certainty"], [brief: string, sentence: string]>} */
const CERTAINTY = {
  "well known": [words.why.wellKnown, words.card.wellKnown],
  known: [words.why.known, words.card.known],
  "little known": [words.why.littleKnown, words.card.littleKnown],
  new: [words.why.new, words.card.new],
};

/**
 * @template {RecommendedBeer | MenuBeer} Beer
 * @typedef {object} CardActions
 * @property {(beer: Beer, score: number) => unknown} rate
 * @property {(beer: Beer) => unknown} [dismiss] Left out where a beer can't go.
 * @property {(beer: Beer) => unknown} [restore] Left out where it has not gone.
 */

/**
 * @template {RecommendedBeer | MenuBeer} Beer
 * @param {Beer} beer
 * @param {Pick<Recommendations, "basis" | "recommendation_id">} answer That it is of.
 * @param {CardActions<Beer>} actions
 */
export function beerCard(beer, { basis, recommendation_id: follows }, actions) {
  const { explanation } = beer;
  const certainty = explanation && basis === "personal" ? CERTAINTY[explanation.certainty][0] : "";
  const waiting = guest.waiting(beer.beer_id);
  const card = element(
    "li",
    { class: "card", "data-beer": beer.beer_id },
    pictureOrGlass(beer),
    element(
      "div",
      { class: "card-body" },
      cardName(beer, follows),
      element("p", { class: "card-facts" }, beerFacts(beer)),
      pouredAt(beer),
    ),
    cardScore(beer.score, basis, certainty),
    "line" in beer && element("p", { class: "card-line" }, words.card.onMenuAs(beer.text.trim())),
    explanation && explanationOf(beer, explanation, basis),
    element(
      "div",
      { class: "card-rate" },
      starRating(beer.name, waiting ? waiting.score : beer.given, (score) =>
        actions.rate(beer, score),
      ),
      cardActions(beer, follows, {
        dismiss: actions.dismiss && (() => actions.dismiss?.(beer)),
        restore: actions.restore && (() => actions.restore?.(beer)),
      }),
    ),
  );
  markWaiting(card);
  return card;
}

/**
 * Say on a card what the guest has said of its beer that is still to be sent.
 *
 * @param {HTMLElement} card
 */
export function markWaiting(card) {
  const waiting = guest.waiting(card.dataset.beer ?? "");
  card.querySelector(".waiting")?.remove();
  if (waiting) {
    card.append(element("p", { class: "card-line waiting" }, words.rating.waits(waiting.score)));
  }
}

/**
 * The name, which opens the beer's page, and the brewery, which opens its.
 *
 * @param {{ beer_id: string, name: string, brewery: string }} beer
 * @param {string | null} [follows] The answer that showed the beer.
 */
export function cardName({ beer_id: id, name, brewery }, follows = null) {
  const onclick = () => api.tell(follows, id, "opened");
  return [
    element("h3", { class: "card-name" }, element("a", { href: beerAddress(id), onclick }, name)),
    element(
      "p",
      { class: "card-brewery" },
      element("a", { href: breweryAddress(brewery) }, brewery),
    ),
  ];
}

/**
 * The catalogue's picture where the stack lets the page show one, else a drawn glass.
 *
 * @param {{ style: string | null, abv: number | null, image_url?: string | null }} beer
 */
export function pictureOrGlass(beer) {
  const picture = pictureOf(beer.image_url ?? null);
  return picture === null
    ? glass(beer)
    : element("img", { class: "beer-picture", src: picture, alt: "", loading: "lazy" });
}

/**
 * Style and strength, as far as known.
 *
 * @param {{ style: string | null, abv: number | null }} beer
 */
export function beerFacts({ style, abv }) {
  const facts = [style, abv === null ? null : strength(abv)].filter(Boolean);
  return facts.join(" · ") || words.card.styleUnknown;
}

/**
 * Where there is one and what it costs, as far as a catalogue file says.
 *
 * @param {{ places: string[], price: number | null }} beer
 */
export function pouredAt({ places, price }) {
  if (places.length === 0 && price === null) return null;
  const cost = price === null ? null : decimal(price, 2);
  return element("p", { class: "card-facts" }, words.card.poured(places, cost));
}

/**
 * @param {number} score
 * @param {Recommendations["basis"]} basis
 * @param {string} certainty In two words, empty where it says nothing.
 */
function cardScore(score, basis, certainty) {
  const isPersonal = basis !== "most loved";
  const figure = predictedScore(score);
  const spoken = isPersonal ? words.card.yourScore(figure) : words.card.everybodysScore(figure);
  return element(
    "div",
    { class: "card-score" },
    element("span", { class: "unseen" }, spoken),
    element("span", { class: "figure", "aria-hidden": "true" }, figure),
    element(
      "span",
      { class: "card-whose", "aria-hidden": "true" },
      isPersonal ? words.card.youdGive : words.card.everyone,
    ),
    certainty && element("span", { class: "card-whose" }, certainty),
  );
}

/**
 * Why it is there, what is unusual of it; and, unfolded, all that is known of that.
 *
 * @param {RecommendedBeer} beer
 * @param {BeerExplanation} explanation
 * @param {Recommendations["basis"]} basis
 */
function explanationOf(beer, explanation, basis) {
  const { nearest, places, certainty } = explanation;
  return element(
    "div",
    { class: "why" },
    element(
      "details",
      {},
      element("summary", {}, element("span", {}, whySentence(beer, explanation, basis))),
      nearest.length > 0 && element("ul", {}, nearest.map(nearBeer)),
      basis === "personal" && element("p", { class: "fine" }, placesOf(places)),
      element("p", { class: "fine" }, CERTAINTY[certainty][1]),
    ),
    unusualOf(beer, explanation),
  );
}

/**
 * @param {Pick<RecommendedBeer, "probe" | "reviews" | "score">} beer
 * @param {BeerExplanation} explanation
 * @param {Recommendations["basis"]} basis
 */
export function whySentence({ probe, reviews, score }, { nearest: [best] }, basis) {
  if (probe) return words.why.probe;
  if (best) return words.why.like(best.name, best.given);
  if (basis === "personal") return words.why.fits(reviews);
  return reviews === 0 ? words.beer.unrated : words.why.loved(predictedScore(score), reviews);
}

/**
 * @param {{ style: string | null }} beer
 * @param {BeerExplanation} explanation
 */
export function unusualOf({ style }, { unusual }) {
  if (unusual === null) return null;
  const said = { stronger: words.why.stronger, lighter: words.why.lighter };
  const what = unusual === "new style" ? words.why.newStyle(style ?? "") : said[unusual];
  return element("p", { class: "unusual" }, what);
}

/** @param {NearBeer} beer */
function nearBeer(beer) {
  const { same_style: style, same_brewery: brewery } = beer;
  return element(
    "li",
    {},
    element("strong", {}, beer.name),
    words.card.near(beer.brewery, beer.given),
    (style || brewery) && element("span", { class: "tag" }, words.card.same(style, brewery)),
  );
}

/** @param {Places} places */
function placesOf({ retrieval, ranking, answer }) {
  if (retrieval === null) return words.card.noMatch;
  if (ranking === null) return words.card.match(retrieval);
  return words.card.matchAndScore(retrieval, ranking, answer);
}
