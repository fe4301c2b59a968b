/**
 * How good the model is: release after release, and beside what it has to beat.
 *
 * @import { Metrics, Release } from "taproom-api"
 * @import { Format } from "../widgets/line-chart.mjs"
 */

import { element } from "../elements.mjs";
import { date, decimal, percentage, time } from "../formats.mjs";
import { lineChart } from "../widgets/line-chart.mjs";
import { words } from "../words.mjs";

/** @typedef {number | null | undefined} Value */
/**
 * What is compared, as metrics.json names it.
 *
 * @typedef {object} Measure
 * @property {string} title
 * @property {string} note
 * @property {(metrics: Metrics, model: "candidate" | "serving") => Value} of
 * @property {{ of: (metrics: Metrics) => Value, label: string }} [baseline] What a model has to
 *   beat to be of any use.
 * @property {Format} format
 */

/** @type {Measure[]} */
const MEASURES = [
  {
    title: words.model.quality.liked,
    note: words.model.quality.likedHint,
    of: (metrics, model) => metrics.served?.[model]?.liked_at_10,
    format: (value) => decimal(value, 2),
  },
  {
    title: words.model.quality.found,
    note: words.model.quality.foundHint,
    of: (metrics, model) => metrics.retrieval[model]?.recall_at_100,
    baseline: {
      of: (metrics) => metrics.retrieval.popularity.recall_at_100,
      label: words.model.quality.mostPopular,
    },
    format: percentage,
  },
  {
    title: words.model.quality.error,
    note: words.model.quality.errorHint,
    of: (metrics, model) => metrics.ranking[model]?.rmse,
    baseline: { of: (metrics) => metrics.ranking.bias.rmse, label: words.model.quality.averages },
    format: (value) => decimal(value, 3),
  },
];

/**
 * A chart a measure.
 *
 * @param {Release[]} releases The latest first.
 */
export function qualityCharts(releases) {
  const oldestFirst = [...releases].reverse();
  const labels = labelsOf(oldestFirst);
  const charts = MEASURES.map(({ title, note, of, baseline, format }) =>
    lineChart({
      title,
      note,
      format,
      points: oldestFirst.map(({ metrics }, place) => ({
        label: labels[place],
        value: of(metrics, "candidate") ?? null,
      })),
      reference: referenceOf(baseline, releases[0].metrics),
    }),
  );
  return element("div", { class: "charts" }, charts);
}

/**
 * Their days; their times where they are all of one day.
 *
 * @param {Release[]} releases
 */
function labelsOf(releases) {
  const days = releases.map((release) => date(release.started_at));
  const areOfOneDay = days.length > 1 && new Set(days).size === 1;
  return areOfOneDay ? releases.map((release) => time(release.started_at)) : days;
}

/**
 * @param {Measure["baseline"]} baseline
 * @param {Metrics} metrics
 */
function referenceOf(baseline, metrics) {
  const value = baseline?.of(metrics) ?? null;
  return baseline && value !== null ? { label: baseline.label, value } : null;
}

/** @param {Release} release */
export function comparisonTable({ metrics }) {
  const header = words.model.quality.columns.map((column) =>
    element("th", { scope: "col" }, column),
  );
  return element(
    "div",
    {
      class: "scroll",
      tabindex: 0,
      role: "region",
      "aria-label": words.model.quality.beside,
    },
    element(
      "table",
      { class: "figures" },
      element("thead", {}, element("tr", {}, element("td"), header)),
      element(
        "tbody",
        {},
        MEASURES.map((measure) => measureRow(measure, metrics)),
      ),
    ),
  );
}

/**
 * @param {Measure} measure
 * @param {Metrics} metrics
 */
function measureRow({ title, of, baseline, format }, metrics) {
  const values = [of(metrics, "candidate"), of(metrics, "serving"), baseline?.of(metrics)];
  const figures = values.map((value) =>
    value === null || value === undefined ? "–" : format(value),
  );
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, title),
    figures.map((figure) => element("td", {}, figure)),
  );
}
