/**
 * What guests made of the answers: by the log of what was served and what came of it.
 *
 * @import { OnlineComparison, OnlineQuality, ReleaseQuality } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import { element } from "../elements.mjs";
import { decimal, inHundred, percentage, wholeNumber } from "../formats.mjs";
import { table } from "../widgets/chart.mjs";
import { words } from "../words.mjs";

// Of the releases, the latest.
const MOST_RELEASES = 5;

/** @typedef {(quality: ReleaseQuality) => string} Figure */
/** @type {[string, Figure][]} */
const FIGURES = [
  [words.model.online.answers, ({ answers }) => wholeNumber(answers)],
  [words.model.online.taken, ({ taken }) => share(taken)],
  [words.model.online.liked, ({ liked }) => share(liked)],
  [words.model.online.dismissed, ({ dismissed }) => share(dismissed)],
  [words.model.online.newcomers, ({ newcomers }) => share(newcomers.taken)],
  [words.model.online.place, ({ place }) => mean(place)],
  [words.model.online.given, ({ given }) => mean(given)],
  [words.model.online.predicted, ({ predicted }) => mean(predicted)],
  [words.model.online.coverage, ({ coverage }) => share(coverage)],
];

/**
 * @param {OnlineQuality} online With a release at least.
 * @returns {Child[]}
 */
export function onlineQuality(online) {
  const { releases, comparison } = online;
  return [
    element("p", { class: "verdict-reason" }, storyOf(told(online))),
    comparison && element("p", { class: "verdict-reason" }, comparisonText(comparison)),
    byRelease(releases.slice(0, MOST_RELEASES)),
    element("p", { class: "fine" }, words.model.online.window),
  ];
}

/**
 * What is told: of the release in service, or else the one that answered last.
 *
 * @param {OnlineQuality} online With a release at least.
 */
export function told({ in_service: inService, releases }) {
  return releases.find(({ release }) => release === inService) ?? releases[0];
}

/**
 * "3 in 100 answers were followed by a rating or a try."
 *
 * @param {ReleaseQuality} quality
 */
export function storyOf({ answers, users, taken, taken_interval: interval }) {
  /** @type {[string, string] | null} */
  const range = interval ? [inHundred(interval.lower), inHundred(interval.upper)] : null;
  return words.model.online.story(inHundred(taken ?? 0), range, answers, users);
}

/** @param {OnlineComparison} comparison */
function comparisonText({ is_worse: isWorse, taken, liked, days }) {
  if (!taken || !liked) return words.model.online.tooFew;
  const points = inHundred(Math.abs(taken.value));
  return words.model.online.comparison(isWorse, points, taken.value < 0, days);
}

/** @param {ReleaseQuality[]} releases */
function byRelease(releases) {
  const rows = FIGURES.map(([label, figure]) => ({ label, cells: releases.map(figure) }));
  const columns = releases.map(({ release }) => release);
  return table(words.model.online.heading, rows, ["", ...columns], "figures");
}

/** @param {number | null | undefined} value */
function share(value) {
  return typeof value === "number" ? percentage(value) : "–";
}

/** @param {number | null | undefined} value */
function mean(value) {
  return typeof value === "number" ? decimal(value, 2) : "–";
}
