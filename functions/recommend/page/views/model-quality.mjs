/**
 * How good the model is: each release beside the one before it, and what it has to beat.
 *
 * @import { Metrics, Release } from "taproom-api"
 * @import { Row } from "../widgets/chart.mjs"
 * @import { Gain, GainRow } from "../widgets/interval-chart.mjs"
 */

import { element } from "../elements.mjs";
import { date, decimal, percentage, time } from "../formats.mjs";
import { table } from "../widgets/chart.mjs";
import { gainText, intervalChart } from "../widgets/interval-chart.mjs";
import { words } from "../words.mjs";

/** @typedef {number | null | undefined} Value */
/**
 * What is compared, as metrics.json names it.
 *
 * @typedef {object} Measure
 * @property {string} title
 * @property {string} note
 * @property {string} metric As verdicts name it.
 * @property {(metrics: Metrics, model: "candidate" | "serving") => Value} of
 * @property {(metrics: Metrics) => Value} [baseline] What a model has to beat to be of any use.
 * @property {boolean} [isLessBetter]
 * @property {(value: number) => string} format
 */

/** @type {Measure[]} */
const MEASURES = [
  {
    title: words.model.quality.liked,
    note: words.model.quality.likedHint,
    metric: "served liked@10",
    of: (metrics, model) => metrics.served?.[model]?.liked_at_10,
    format: (value) => decimal(value, 2),
  },
  {
    title: words.model.quality.found,
    note: words.model.quality.foundHint,
    metric: "retrieval recall@100",
    of: (metrics, model) => metrics.retrieval[model]?.recall_at_100,
    baseline: (metrics) => metrics.retrieval.popularity.recall_at_100,
    format: percentage,
  },
  {
    title: words.model.quality.error,
    note: words.model.quality.errorHint,
    metric: "ranking RMSE",
    of: (metrics, model) => metrics.ranking[model]?.rmse,
    baseline: (metrics) => metrics.ranking.bias.rmse,
    isLessBetter: true,
    format: (value) => decimal(value, 3),
  },
];
// Of the releases that have one before them, the latest.
const MOST_RELEASES = 12;

/**
 * A chart a measure: what each release gains over the one before it. Both are measured on the same
 * ratings; other releases' are on others, and nothing is drawn from one release to the next.
 *
 * @param {Release[]} releases The latest first.
 */
export function qualityCharts(releases) {
  const labels = labelsOf(releases);
  const charts = MEASURES.map((measure) =>
    intervalChart({
      title: measure.title,
      note: measure.note,
      columns: words.model.quality.releaseColumns,
      rows: releases
        .flatMap((release, place) => rowOf(measure, release, labels[place]))
        .slice(0, MOST_RELEASES),
    }),
  );
  return charts.some((chart) => chart !== null)
    ? element("div", { class: "charts" }, charts)
    : null;
}

/**
 * @param {Measure} measure
 * @param {Release} release
 * @param {string} label
 * @returns {GainRow[]} None of a release that has none before it.
 */
function rowOf(measure, release, label) {
  const [value, before] = [
    measure.of(release.metrics, "candidate"),
    measure.of(release.metrics, "serving"),
  ];
  const gain = gainOf(measure, release);
  if (gain === null || typeof value !== "number" || typeof before !== "number") return [];
  return [{ label, gain, cells: [measure.format(value), measure.format(before), gainText(gain)] }];
}

/**
 * As the verdict has it, with an interval; of one without, from both figures.
 *
 * @param {Measure} measure
 * @param {Release} release
 * @returns {Gain | null}
 */
function gainOf({ metric, of, isLessBetter }, { metrics, verdict }) {
  const found = verdict?.comparisons.find(
    (one) => one.metric === metric && one.against.startsWith("in service"),
  );
  if (typeof found?.gain === "number" && typeof found.lower === "number") {
    return { gain: found.gain, lower: found.lower, upper: found.upper ?? null };
  }
  const [value, before] = [of(metrics, "candidate"), of(metrics, "serving")];
  if (typeof value !== "number" || !before) return null;
  const more = (value - before) / before;
  return { gain: isLessBetter ? -more : more, lower: null, upper: null };
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

/** @param {Release} release */
export function comparisonTable({ metrics }) {
  const { beside, columns } = words.model.quality;
  const rows = MEASURES.map((measure) => measureRow(measure, metrics));
  return table(beside, rows, ["", ...columns], "figures");
}

/**
 * The best of a row is marked.
 *
 * @param {Measure} measure
 * @param {Metrics} metrics
 * @returns {Row}
 */
function measureRow({ title, of, baseline, isLessBetter, format }, metrics) {
  const values = [of(metrics, "candidate"), of(metrics, "serving"), baseline?.(metrics)];
  const known = values.filter((value) => typeof value === "number");
  const best = isLessBetter ? Math.min(...known) : Math.max(...known);
  const cells = values.map((value) => {
    const text = typeof value === "number" ? format(value) : "–";
    return value === best ? element("strong", {}, text) : text;
  });
  return { label: title, cells };
}
