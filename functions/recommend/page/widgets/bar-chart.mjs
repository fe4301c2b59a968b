/** Bars beside marks, drawn as SVG; the figures are in a table below for who would rather read. */

import { svgElement } from "../elements.mjs";
import { WIDTH, chartFigure, tickText } from "./chart.mjs";

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} text The value, as it is written.
 * @property {number} [mark] What to compare it with.
 * @property {string[]} cells Of the table.
 */
/**
 * @typedef {object} BarChart
 * @property {string} title
 * @property {string} note
 * @property {Bar[]} rows One at least.
 * @property {string[]} columns Of the table: of the label, and of the cells.
 */

const TEXT = 48;
const ROW = 36;
const BAR = 10;

/** @param {BarChart} chart */
export function barChart(chart) {
  const { title, rows } = chart;
  const most = Math.max(...rows.flatMap(({ value, mark }) => [value, mark ?? 0])) || 1;
  const scale = (WIDTH - TEXT) / most;
  const spoken = rows.map(({ label, text }) => `${label} ${text}`).join("; ");
  const marks = rows.flatMap((bar, place) => barMarks(bar, place * ROW, scale));
  return chartFigure(chart, `${title}: ${spoken}`, rows.length * ROW, marks);
}

/**
 * @param {Bar} bar
 * @param {number} top
 * @param {number} scale
 */
function barMarks({ label, value, text, mark }, top, scale) {
  const y = top + 18;
  const end = Math.max(value, mark ?? 0) * scale + 6;
  return [
    tickText(0, top + 13, label),
    svgElement("rect", { class: "chart-bar", x: 0, y, width: value * scale, height: BAR, rx: 2 }),
    mark !== undefined &&
      svgElement("line", {
        class: "chart-mark",
        x1: mark * scale,
        x2: mark * scale,
        y1: y - 3,
        y2: y + BAR + 3,
      }),
    tickText(end, y + BAR - 1, text),
  ];
}
