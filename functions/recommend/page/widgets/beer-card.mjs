/**
 * A recommended beer on the list.
 *
 * @import { BeerExplanation, MenuBeer, NearBeer, Places } from "taproom-api"
 * @import { RecommendedBeer, Recommendations } from "taproom-api"
 */

import { element } from "../elements.mjs";
import { decimal, predictedScore, strength } from "../formats.mjs";
import { words } from "../words.mjs";
import { starRating } from "./star-rating.mjs";

/** @type {Record<BeerExplanation["certainty"], string>} */
const CERTAINTY = {
  "well known": words.card.wellKnown,
  known: words.card.known,
  "little known": words.card.littleKnown,
  new: words.card.new,
};

/**
 * @template {RecommendedBeer | MenuBeer} Beer
 * @param {Beer} beer
 * @param {Recommendations["basis"]} basis Whose score it is.
 * @param {(beer: Beer, score: number) => unknown} onRate
 */
export function beerCard(beer, basis, onRate) {
  return element(
    "li",
    { class: "card", "data-beer": beer.beer_id },
    cardScore(beer.score, basis),
    element(
      "div",
      { class: "card-body" },
      element("h3", { class: "card-name" }, beer.name),
      element("p", { class: "card-brewery" }, beer.brewery),
      element("p", { class: "card-facts" }, beerFacts(beer)),
      pouredAt(beer),
    ),
    "line" in beer && element("p", { class: "card-line" }, words.card.onMenuAs(beer.text.trim())),
    beer.explanation && explanationOf(beer.explanation, basis),
    element(
      "div",
      { class: "card-rate" },
      starRating(beer.name, beer.given, (score) => onRate(beer, score)),
    ),
  );
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
function pouredAt({ places, price }) {
  if (places.length === 0 && price === null) return null;
  const cost = price === null ? null : decimal(price, 2);
  return element("p", { class: "card-facts" }, words.card.poured(places, cost));
}

/**
 * @param {number} score
 * @param {Recommendations["basis"]} basis
 */
function cardScore(score, basis) {
  const isPersonal = basis === "personal";
  const figure = predictedScore(score);
  const spoken = isPersonal ? words.card.yourScore(figure) : words.card.everybodysScore(figure);
  return element(
    "div",
    { class: "card-score" },
    element("span", { class: "unseen" }, spoken),
    element("span", { class: "figure", "aria-hidden": "true" }, figure),
    meter(score),
    element(
      "span",
      { class: "card-whose", "aria-hidden": "true" },
      isPersonal ? words.card.youdGive : words.card.everyone,
    ),
  );
}

/**
 * A thin bar of 0 to 5.
 *
 * @param {number} score
 */
function meter(score) {
  const bar = element("span", {});
  bar.style.setProperty("--share", `${(score / 5) * 100}%`);
  return element("span", { class: "meter", "aria-hidden": "true" }, bar);
}

/**
 * @param {BeerExplanation} explanation
 * @param {Recommendations["basis"]} basis
 */
function explanationOf({ sentence, nearest, places, certainty }, basis) {
  return element(
    "details",
    { class: "why" },
    element("summary", {}, element("span", {}, sentence)),
    nearest.length > 0 && element("ul", {}, nearest.map(nearBeer)),
    basis === "personal" && element("p", { class: "fine" }, placesOf(places)),
    element("p", { class: "fine" }, CERTAINTY[certainty]),
  );
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
