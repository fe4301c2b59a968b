/**
 * By how much each of some is better than what it is compared with, between which bounds: drawn as
 * SVG; the figures are in a table below for those who would rather read.
 */

import { element, svgElement } from "../elements.mjs";
import { percentage } from "../formats.mjs";
import { words } from "../words.mjs";

/**
 * @typedef {object} Gain
 * @property {number} gain As a share; below 0 where it is worse.
 * @property {number | null} lower A bound that is null is not known, and none is drawn.
 * @property {number | null} upper
 */
/** @typedef {{ label: string, gain: Gain, cells: string[] }} Row */
/**
 * @typedef {object} IntervalChart
 * @property {string} title
 * @property {string} note
 * @property {Row[]} rows The most important first.
 * @property {string[]} columns Of the table: of the label, and of the rows' cells.
 */
/** @typedef {(number: number) => number} Position */

const WIDTH = 340;
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
export function intervalChart({ title, note, rows, columns }) {
  if (rows.length === 0) return null;
  const height = rows.length * ROW + FOOT;
  const { label, gain } = rows[0];
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("strong", {}, title), element("span", {}, note)),
    svgElement(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${height}`,
        role: "img",
        "aria-label": words.model.chart.spoken(title, label, gainText(gain)),
      },
      ...drawing(rows, height),
    ),
    chartTable(title, rows, columns),
  );
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
 * @param {Row[]} rows
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
    tickText(LEFT, foot + 14, "start", `−${percentage(span)}`),
    tickText(x(0), foot + 14, "middle", "0"),
    tickText(WIDTH - RIGHT, foot + 14, "end", `+${percentage(span)}`),
    tickText(LEFT, foot + 28, "start", words.model.chart.worse),
    tickText(WIDTH - RIGHT, foot + 28, "end", words.model.chart.better),
  ];
}

/**
 * @param {Row} row
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
    tickText(0, y + 4, "start", label),
    lower !== null &&
      upper !== null &&
      svgElement("line", { class: tone, x1: x(lower), x2: x(upper), y1: y, y2: y }),
    svgElement("circle", { class: tone, cx: x(gain), cy: y, r: 4.5 }),
  ];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {"start" | "middle" | "end"} anchor
 * @param {string} text
 */
function tickText(x, y, anchor, text) {
  return svgElement("text", { class: "chart-tick", x, y, "text-anchor": anchor }, text);
}

/**
 * How far the axis goes to both sides of zero: 1, 2 or 5 times a power of ten.
 *
 * @param {Row[]} rows
 */
function spanOf(rows) {
  const all = rows.flatMap(({ gain: { gain, lower, upper } }) => [gain, lower ?? 0, upper ?? 0]);
  const most = Math.max(LEAST_SPAN, ...all.map(Math.abs));
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  return power * ([1, 2, 5].find((one) => one * power >= most - 1e-9) ?? 10);
}

/**
 * The figures of a chart, folded.
 *
 * @param {string} title
 * @param {{ label: string, cells: string[] }[]} rows
 * @param {string[]} columns
 */
export function chartTable(title, rows, columns) {
  const header = columns.map((name) => element("th", { scope: "col" }, name));
  const body = rows.map(({ label, cells }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      cells.map((cell) => element("td", {}, cell)),
    ),
  );
  return element(
    "details",
    { class: "chart-table" },
    element(
      "summary",
      {},
      words.model.chart.asTable,
      element("span", { class: "unseen" }, `: ${title}`),
    ),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, header)),
        element("tbody", {}, body),
      ),
    ),
  );
}
