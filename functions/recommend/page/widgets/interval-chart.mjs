/**
 * By how much each of some is better than what it is compared with, between which bounds: drawn as
 * SVG; the figures are in a table below for those who would rather read.
 *
 * @import { Chart, Row } from "./chart.mjs"
 */

import { svgElement } from "../elements.mjs";
import { percentage } from "../formats.mjs";
import { words } from "../words.mjs";
import { WIDTH, chartFigure, tickText } from "./chart.mjs";

/**
 * @typedef {object} Gain
 * @property {number} gain As a share; below 0 where it is worse.
 * @property {number | null} lower A bound that is null is not known, and none is drawn.
 * @property {number | null} upper
 */
/** @typedef {Row & { gain: Gain }} GainRow */
/** @typedef {Chart & { rows: GainRow[] }} IntervalChart The most important row comes first. */
/** @typedef {(number: number) => number} Position */

const LEFT = 84;
const RIGHT = 8;
const ROW = 24;
const FOOT = 38;
// As a share: an axis that ends nearer to zero would make much of nothing.
const LEAST_SPAN = 0.01;

/**
 * @param {IntervalChart} chart
 * @returns {HTMLElement | null} Null without a row.
 */
export function intervalChart(chart) {
  const { title, rows } = chart;
  if (rows.length === 0) return null;
  const height = rows.length * ROW + FOOT;
  const { label, gain } = rows[0];
  const spoken = words.model.chart.spoken(title, label, gainText(gain));
  return chartFigure(chart, spoken, height, drawing(rows, height));
}

/**
 * "2.0% worse, from 3.1% worse to 0.9% worse"
 *
 * @param {Gain} gain
 */
export function gainText({ gain, lower, upper }) {
  const isKnown = lower !== null && upper !== null;
  const interval = isKnown
    ? words.model.verdict.interval(difference(lower), difference(upper))
    : "";
  return `${difference(gain)}${interval}`;
}

/** @param {number} gain */
function difference(gain) {
  const share = percentage(Math.abs(gain));
  return gain < 0 ? words.model.verdict.worse(share) : words.model.verdict.better(share);
}

/**
 * @param {GainRow[]} rows
 * @param {number} height
 */
function drawing(rows, height) {
  const span = spanOf(rows);
  /** @type {Position} */
  const x = (gain) => LEFT + ((gain + span) / (2 * span)) * (WIDTH - LEFT - RIGHT);
  const foot = height - FOOT + 6;
  return [
    svgElement("line", { class: "chart-zero", x1: x(0), x2: x(0), y1: 2, y2: foot }),
    ...rows.flatMap((row, place) => rowMarks(row, x, place * ROW + ROW / 2)),
    tickText(LEFT, foot + 14, `−${percentage(span)}`),
    tickText(x(0), foot + 14, "0", "middle"),
    tickText(WIDTH - RIGHT, foot + 14, `+${percentage(span)}`, "end"),
    tickText(LEFT, foot + 28, words.model.chart.worse),
    tickText(WIDTH - RIGHT, foot + 28, words.model.chart.better, "end"),
  ];
}

/**
 * @param {GainRow} row
 * @param {Position} x
 * @param {number} y
 */
function rowMarks({ label, gain: { gain, lower, upper } }, x, y) {
  const isWorse = upper !== null && upper < 0;
  const tone = isWorse
    ? "chart-worse"
    : lower !== null && lower > 0
      ? "chart-better"
      : "chart-open";
  return [
    tickText(0, y + 4, label),
    lower !== null &&
      upper !== null &&
      svgElement("line", { class: tone, x1: x(lower), x2: x(upper), y1: y, y2: y }),
    svgElement("circle", { class: tone, cx: x(gain), cy: y, r: 4.5 }),
  ];
}

/**
 * How far the axis goes to both sides of zero: 1, 2 or 5 times a power of ten.
 *
 * @param {GainRow[]} rows
 */
function spanOf(rows) {
  const all = rows.flatMap(({ gain: { gain, lower, upper } }) => [gain, lower ?? 0, upper ?? 0]);
  const most = Math.max(LEAST_SPAN, ...all.map(Math.abs));
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  return power * ([1, 2, 5].find((one) => one * power >= most - 1e-9) ?? 10);
}
