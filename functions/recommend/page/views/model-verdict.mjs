/**
 * Why the last run came into service or did not, and all releases that did.
 *
 * @import { Comparison, Release, Verdict } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import { element } from "../elements.mjs";
import { decimal, enumeration, time } from "../formats.mjs";
import { gainText } from "../widgets/interval-chart.mjs";
import { words } from "../words.mjs";
import { reportLink } from "./model-story.mjs";

/**
 * @param {Verdict} verdict
 * @returns {Child[]}
 */
export function verdictOf(verdict) {
  const { status, run, comparisons, notes } = verdict;
  return [
    element("p", {}, element("strong", {}, words.model.verdict[status]), ` · ${run}`),
    reasonOf(verdict),
    element("ul", { class: "comparisons" }, comparisons.map(comparisonItem)),
    ...notes.map((note) => element("p", { class: "fine", lang: "en" }, note)),
    // A run that failed has left none.
    status !== "failed" && reportLink(run, words.model.verdict.report),
  ];
}

/**
 * In the guest's language by what the comparisons say; why a run failed is known in English alone.
 *
 * @param {Verdict} verdict
 */
function reasonOf({ status, reason, comparisons }) {
  if (status === "failed") {
    return reason && element("p", { class: "verdict-reason", lang: "en" }, reason);
  }
  const sentence = status === "promoted" ? whyPromoted(comparisons) : whyRefused(comparisons);
  return element("p", { class: "verdict-reason" }, sentence);
}

/** @param {Comparison[]} comparisons */
function whyPromoted(comparisons) {
  const { why } = words.model.verdict;
  const beside = comparisons.filter(({ gain }) => typeof gain === "number");
  const unsure = beside.filter(({ sure }) => !sure);
  if (beside.length === 0) return why.alone;
  return unsure.length === 0
    ? why.noWorse(othersOf(beside))
    : why.unsure(metricsOf(unsure), othersOf(unsure));
}

/** @param {Comparison[]} comparisons */
function whyRefused(comparisons) {
  const { why } = words.model.verdict;
  const missed = comparisons.filter(({ passed }) => !passed);
  // Nothing is compared where scores are checked.
  const areScoresOdd = missed.some(({ other }) => typeof other !== "number");
  return `${areScoresOdd ? `${why.scores} ` : ""}${why.missed(metricsOf(missed))}`;
}

/** @param {Comparison[]} comparisons */
function metricsOf(comparisons) {
  return enumeration([...new Set(comparisons.map(({ metric }) => metric))]);
}

/** @param {Comparison[]} comparisons */
function othersOf(comparisons) {
  return enumeration([...new Set(comparisons.map(({ against }) => named(against)))]);
}

/** @param {string} against "in service (taproom-…)", or "popularity". */
function named(against) {
  const [, name = against, release = ""] = /^(.+?)( \(.+\))?$/.exec(against) ?? [];
  return `${words.model.verdict.against[name] ?? name}${release}`;
}

/** @param {Comparison} comparison */
function comparisonItem(comparison) {
  const { metric, against, passed } = comparison;
  const [candidate, bound, other] = [comparison.candidate, comparison.bound, comparison.other].map(
    (value) => (typeof value === "number" ? decimal(value, 4) : "–"),
  );
  const wanted = words.model.verdict.wanted(
    comparison.higher_is_better,
    bound,
    named(against),
    other,
  );
  return element(
    "li",
    { class: passed ? "passed" : "missed" },
    element(
      "span",
      { class: "mark" },
      passed ? words.model.verdict.passed : words.model.verdict.missed,
    ),
    element(
      "span",
      {},
      element("strong", {}, metric),
      ` ${candidate}, ${wanted}`,
      gain(comparison),
    ),
  );
}

/**
 * With whether that told.
 *
 * @param {Comparison} comparison
 */
function gain({ gain: value, lower, upper, sure }) {
  if (typeof value !== "number") return null;
  const text = gainText({ gain: value, lower: lower ?? null, upper: upper ?? null });
  return element("span", { class: "gain" }, text + (sure ? "" : words.model.verdict.unsure));
}

/** @param {Release[]} releases */
export function releaseList(releases) {
  return element("ol", { class: "releases" }, releases.map(releaseItem));
}

/** @param {Release} release */
function releaseItem({ release, status, retired, started_at: startedAt, metrics, reason }) {
  const isServing = status === "in service";
  const standing = words.model.releases.status[status];
  return element(
    "li",
    {},
    element(
      "span",
      { class: isServing ? "status status-now" : "status" },
      retired ? words.model.releases.retired(standing) : standing,
    ),
    element("strong", {}, release),
    element(
      "span",
      { class: "card-facts" },
      `${time(startedAt)} · ${words.model.ratings(metrics.reviews.fitted)}`,
    ),
    reason && element("p", { class: "fine", lang: "en" }, reason),
    reportLink(release, words.model.releases.report(time(startedAt))),
  );
}
