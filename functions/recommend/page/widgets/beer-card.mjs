/**
 * A recommended beer on the list.
 *
 * @import { BeerExplanation, MenuBeer, NearBeer, Places } from "taproom-api"
 * @import { RecommendedBeer, Recommendations } from "taproom-api"
 */

import { element } from "../elements.mjs";
import { enumeration, givenScore, ordinal, predictedScore, strength } from "../formats.mjs";
import { starRating } from "./star-rating.mjs";

/** @type {Record<BeerExplanation["certainty"], string>} */
const CERTAINTY = {
  "well known": "Many have rated it: the catalogue is sure about it.",
  known: "Some have rated it: the catalogue knows it fairly well.",
  "little known": "Few have rated it: take the score with a grain of salt.",
  new: "Nobody has rated it yet: the score goes by its style, brewery and strength.",
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
    "line" in beer && element("p", { class: "card-line" }, `On the menu as “${beer.text.trim()}”`),
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
  return facts.join(" · ") || "Style unknown";
}

/**
 * Where there is one and what it costs, as far as a catalogue file says.
 *
 * @param {{ places: string[], price: number | null }} beer
 */
function pouredAt({ places, price }) {
  const facts = [
    places.length > 0 && `at ${enumeration(places)}`,
    price !== null && `for ${price.toFixed(2)}`,
  ].filter((fact) => fact !== false);
  return facts.length > 0 && element("p", { class: "card-facts" }, `Poured ${facts.join(" ")}`);
}

/**
 * @param {number} score
 * @param {Recommendations["basis"]} basis
 */
function cardScore(score, basis) {
  const isPersonal = basis === "personal";
  const spoken = isPersonal ? "is what you’d give" : "is what everybody gave";
  const figure = predictedScore(score);
  return element(
    "div",
    { class: "card-score" },
    element("span", { class: "unseen" }, `${figure} of 5 ${spoken}`),
    element("span", { class: "figure", "aria-hidden": "true" }, figure),
    meter(score),
    element(
      "span",
      { class: "card-whose", "aria-hidden": "true" },
      isPersonal ? "you’d give" : "everyone",
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
  const common = [beer.same_style && "style", beer.same_brewery && "brewery"].filter(
    (word) => word !== false,
  );
  return element(
    "li",
    {},
    element("strong", {}, beer.name),
    ` by ${beer.brewery}, you gave it ${givenScore(beer.given)}`,
    common.length > 0 && element("span", { class: "tag" }, `same ${enumeration(common)}`),
  );
}

/** @param {Places} places */
function placesOf({ retrieval, ranking, answer }) {
  if (retrieval === null) return "It is not among the beers that match your taste best.";
  const match = `It is your ${ordinal(retrieval)} best match of all beers`;
  if (ranking === null) return `${match}.`;
  return `${match}, and ${ordinal(ranking)} by what you’d give: ${ordinal(answer)} by both.`;
}
