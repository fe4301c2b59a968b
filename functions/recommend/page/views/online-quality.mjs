/**
 * What guests made of the answers: by the log of what was served and what came of it.
 *
 * @import { OnlineComparison, OnlineQuality, ReleaseQuality } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import { element } from "../elements.mjs";
import { count, percentage, wholeNumber } from "../formats.mjs";

// Of the releases, the latest.
const MOST_RELEASES = 5;

/** @typedef {(quality: ReleaseQuality) => string} Figure */
/** @type {[string, Figure][]} */
const COLUMNS = [
  ["Answers", ({ answers }) => wholeNumber(answers)],
  ["Followed by a rating or a try", ({ taken }) => share(taken)],
  ["Liked among ten", ({ liked }) => share(liked)],
  ["Dismissed", ({ dismissed }) => share(dismissed)],
  ["By newcomers, followed", ({ newcomers }) => share(newcomers.taken)],
  ["Mean place", ({ place }) => decimal(place)],
  ["Score given", ({ given }) => decimal(given)],
  ["Score predicted", ({ predicted }) => decimal(predicted)],
  ["Of all beers shown", ({ coverage }) => share(coverage)],
];

/**
 * @param {OnlineQuality} online With a release at least.
 * @returns {Child[]}
 */
export function onlineQuality({ in_service: inService, releases, comparison }) {
  const told = releases.find(({ release }) => release === inService) ?? releases[0];
  return [
    element("p", { class: "verdict-reason" }, storyOf(told)),
    comparison && element("p", { class: "verdict-reason" }, comparisonText(comparison)),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "What guests made of it" },
      table(releases.slice(0, MOST_RELEASES)),
    ),
    element("p", { class: "fine" }, "Of the last 30 days, measured every hour."),
  ];
}

/**
 * "3 in 100 answers were followed by a rating or a try."
 *
 * @param {ReleaseQuality} quality
 */
function storyOf({ answers, users, taken, taken_interval: interval }) {
  const followed = `${inHundred(taken ?? 0)} in 100 answers were followed by a rating or a try`;
  const range = interval
    ? ` (between ${inHundred(interval.lower)} and ${inHundred(interval.upper)})`
    : "";
  return `${followed}${range}, of ${count(answers, "answer")} to ${count(users, "guest")}.`;
}

/** @param {OnlineComparison} comparison */
function comparisonText({ is_worse: isWorse, taken, liked, days }) {
  if (!taken || !liked) return "Too few guests to tell it from the release before.";
  const found = isWorse
    ? "Guests take or like less of it than of the release before, beyond chance"
    : "It does no worse than the release before, as far as can be told";
  return `${found}: ${pointsOf(taken.value)} answers followed, on ${count(days, "day")} of each.`;
}

/** @param {number} value A difference of two shares. */
function pointsOf(value) {
  return `${inHundred(Math.abs(value))} in 100 ${value < 0 ? "fewer" : "more"}`;
}

/** @param {number} value As a share. */
function inHundred(value) {
  const hundred = value * 100;
  return hundred.toFixed(hundred > 0 && hundred < 10 ? 1 : 0).replace(/\.0$/, "");
}

/** @param {ReleaseQuality[]} releases */
function table(releases) {
  const header = releases.map(({ release }) => element("th", { scope: "col" }, release));
  const rows = COLUMNS.map(([title, figure]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      releases.map((release) => element("td", {}, figure(release))),
    ),
  );
  return element(
    "table",
    { class: "figures" },
    element("thead", {}, element("tr", {}, element("td"), header)),
    element("tbody", {}, rows),
  );
}

/** @param {number | null | undefined} value */
function share(value) {
  return typeof value === "number" ? percentage(value) : "–";
}

/** @param {number | null | undefined} value */
function decimal(value) {
  return typeof value === "number" ? value.toFixed(2) : "–";
}
