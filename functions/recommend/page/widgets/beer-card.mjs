/** A beer on the list. */

import { element } from "../elements.mjs";
import { stars } from "./star-rating.mjs";
import { listed, predicted, score, strength } from "../formats.mjs";

const CERTAINTY = {
  "well known": "Many have rated it: the catalogue is sure about it.",
  known: "Some have rated it: the catalogue knows it fairly well.",
  "little known": "Few have rated it: take the score with a grain of salt.",
  new: "Nobody has rated it yet: the score goes by its style, brewery and strength.",
};

/** The card of a recommended `beer`; `basis` says whose score it is, `onrate(beer, score)` is told of a rating. */
export function card(beer, basis, onrate) {
  const personal = basis === "personal";
  const whose = personal ? "predicted for you" : "the score of everybody";
  return element(
    "li",
    { class: "card", "data-beer": beer.beer_id },
    element(
      "div",
      { class: "card-score" },
      element("span", { class: "unseen" }, `${predicted(beer.score)} of 5, ${whose}`),
      element("span", { class: "figure", "aria-hidden": "true" }, predicted(beer.score)),
      meter(beer.score),
      element("span", { class: "card-whose", "aria-hidden": "true" }, personal ? "for you" : "everyone"),
    ),
    element(
      "div",
      { class: "card-body" },
      element("h3", { class: "card-name" }, beer.name),
      element("p", { class: "card-brewery" }, beer.brewery),
      element("p", { class: "card-facts" }, facts(beer)),
    ),
    why(beer),
    element("div", { class: "card-rate" }, stars(beer.name, beer.given, (given) => onrate(beer, given))),
  );
}

/** Style and strength, as far as known. */
export function facts({ style, abv }) {
  return [style, abv === null || abv === undefined ? null : strength(abv)].filter(Boolean).join(" · ") || "Style unknown";
}

/** A thin bar of 0 to 5. */
export function meter(value) {
  const bar = element("span", { class: "meter", "aria-hidden": "true" }, element("span", {}));
  bar.firstChild.style.setProperty("--share", `${(value / 5) * 100}%`);
  return bar;
}

function why(beer) {
  const { explanation, line, text } = beer;
  const onMenu = line !== undefined && element("p", { class: "card-line" }, `On the menu as “${text.trim()}”`);
  if (!explanation) return onMenu;
  return [
    onMenu,
    element(
      "details",
      { class: "why" },
      element("summary", {}, element("span", {}, explanation.sentence)),
      explanation.nearest.length > 0 &&
        element(
          "ul",
          {},
          explanation.nearest.map((near) =>
            element("li", {}, element("strong", {}, near.name), ` by ${near.brewery}, you gave it ${score(near.given)}`, shared(near)),
          ),
        ),
      element("p", { class: "fine" }, places(explanation.places)),
      element("p", { class: "fine" }, CERTAINTY[explanation.certainty]),
    ),
  ];
}

function shared({ same_style: style, same_brewery: brewery }) {
  const same = [style && "style", brewery && "brewery"].filter(Boolean);
  return same.length > 0 && element("span", { class: "tag" }, `same ${listed(same)}`);
}

function places({ retrieval, ranking, answer }) {
  const steps = [
    retrieval === null ? "Not among the beers nearest to your taste" : `Place ${retrieval} by nearness to your taste`,
    ranking !== null && `${ranking} by predicted score`,
    `${answer} on this list`,
  ];
  return `${steps.filter(Boolean).join(", ")}.`;
}
