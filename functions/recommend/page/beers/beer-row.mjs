/** A beer in a line: its glass, its name, what it is, and a figure. */

import { beerAddress } from "../addresses.mjs";
import { element } from "../elements.mjs";
import { predictedScore } from "../formats.mjs";
import { beerFacts } from "../widgets/beer-card.mjs";
import { bone } from "../widgets/placeholders.mjs";
import { glass } from "./glass.mjs";

/**
 * @typedef {{ beer_id: string, name: string, brewery: string, style: string | null,
 *   abv: number | null }} Beer
 */

/**
 * @param {Beer} beer
 * @param {number | null} score
 * @param {string} whose Whose score it is.
 * @param {string} [facts]
 */
export function beerRow(beer, score, whose, facts = `${beer.brewery} · ${beerFacts(beer)}`) {
  return element(
    "li",
    { class: "beer-row", "data-beer": beer.beer_id },
    glass(beer),
    element(
      "div",
      { class: "beer-row-body" },
      element(
        "h3",
        { class: "card-name" },
        element("a", { href: beerAddress(beer.beer_id) }, beer.name),
      ),
      element("p", { class: "card-facts" }, facts),
    ),
    score !== null &&
      element(
        "p",
        { class: "beer-row-score" },
        element("strong", {}, predictedScore(score)),
        " ",
        element("span", {}, whose),
      ),
  );
}

/** @param {number} number */
export function skeletonBeerRows(number) {
  return Array.from({ length: number }, () =>
    element(
      "li",
      { class: "beer-row skeleton", "aria-hidden": "true" },
      bone("figure"),
      element("div", { class: "beer-row-body" }, bone("title"), bone("line")),
    ),
  );
}
