/**
 * A line chart over releases, drawn as SVG; its figures are in a table below for those who would
 * rather read.
 */

import { element, svgElement } from "../elements.mjs";
import { words } from "../words.mjs";

/** @typedef {{ label: string, value: number }} KnownPoint */
/** @typedef {{ label: string, value: number | null }} Point A value that is null leaves a gap. */
/** @typedef {(value: number) => string} Format */
/**
 * @typedef {object} LineChart
 * @property {string} title
 * @property {string} note
 * @property {Point[]} points From the oldest on.
 * @property {KnownPoint | null} reference What to compare them with.
 * @property {Format} format
 */
/** @typedef {{ bottom: number, top: number, ticks: number[] }} Scale */
/** @typedef {(number: number) => number} Position */

const WIDTH = 340;
const HEIGHT = 176;
const LEFT = 42;
const RIGHT = 52;
const TOP = 14;
const BOTTOM = 26;

/**
 * @param {LineChart} chart
 * @returns {HTMLElement | null} Null where no value is known.
 */
export function lineChart(chart) {
  const { title, note, points, reference, format } = chart;
  const known = points.filter(isKnown);
  if (known.length === 0) return null;
  const scale = scaleOf([...known, ...(reference ? [reference] : [])].map(({ value }) => value));
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("strong", {}, title), element("span", {}, note)),
    svgElement(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(chart, known) },
      ...drawing(chart, scale),
    ),
    table(title, points, format),
  );
}

/**
 * @param {Point} point
 * @returns {point is KnownPoint}
 */
function isKnown(point) {
  return point.value !== null;
}

/**
 * @param {LineChart} chart
 * @param {Scale} scale
 */
function drawing({ points, reference, format }, scale) {
  /** @type {Position} */
  const x = (place) =>
    LEFT + (points.length < 2 ? 0.5 : place / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  /** @type {Position} */
  const y = (value) =>
    TOP + ((scale.top - value) / (scale.top - scale.bottom)) * (HEIGHT - TOP - BOTTOM);
  return [
    ...grid(scale, y, format),
    ...(reference ? referenceLine(reference, y) : []),
    svgElement("path", { class: "chart-line", d: pathOf(points, x, y) }),
    ...pointMarks(points, x, y, format),
    ...pointLabels(points, x),
  ];
}

/**
 * @param {Scale} scale
 * @param {Position} y
 * @param {Format} format
 */
function grid({ ticks }, y, format) {
  const texts = ticks.map(format);
  return ticks.flatMap((tick, place) => [
    horizontalLine("chart-grid", y(tick)),
    texts[place] !== texts[place - 1] &&
      tickText({ x: LEFT - 8, y: y(tick) + 3.5, "text-anchor": "end" }, texts[place]),
  ]);
}

/**
 * @param {KnownPoint} reference
 * @param {Position} y
 */
function referenceLine({ label, value }, y) {
  return [
    horizontalLine("chart-reference", y(value)),
    tickText({ x: LEFT + 2, y: y(value) - 5 }, label),
  ];
}

/**
 * A circle a known point, and the last one's value beside it.
 *
 * @param {Point[]} points
 * @param {Position} x
 * @param {Position} y
 * @param {Format} format
 */
function pointMarks(points, x, y, format) {
  const last = points.findLastIndex(isKnown);
  return points.flatMap((point, place) => {
    if (!isKnown(point)) return [];
    const [cx, cy, text] = [x(place), y(point.value), format(point.value)];
    const isLast = place === last;
    const attributes = {
      class: isLast ? "chart-point chart-last" : "chart-point",
      cx,
      cy,
      r: isLast ? 4.5 : 3,
    };
    return [
      svgElement("circle", attributes, svgElement("title", {}, `${point.label}: ${text}`)),
      isLast && svgElement("text", { class: "chart-value", x: cx + 9, y: cy + 4 }, text),
    ];
  });
}

/**
 * Labels of the first point and the last.
 *
 * @param {Point[]} points
 * @param {Position} x
 */
function pointLabels(points, x) {
  const y = HEIGHT - 7;
  const last = points.length - 1;
  const isAlone = last === 0;
  return [
    tickText({ x: x(0), y, "text-anchor": isAlone ? "middle" : "start" }, points[0].label),
    !isAlone && tickText({ x: x(last), y, "text-anchor": "end" }, points[last].label),
  ];
}

/**
 * @param {string} className
 * @param {number} y
 */
function horizontalLine(className, y) {
  return svgElement("line", { class: className, x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y });
}

/**
 * @param {{ x: number, y: number, "text-anchor"?: "start" | "middle" | "end" }} place
 * @param {string} text
 */
function tickText(place, text) {
  return svgElement("text", { class: "chart-tick", ...place }, text);
}

/**
 * Up to four round values that span `values`, and a tenth of the greatest: less is no cliff.
 *
 * @param {number[]} values
 * @returns {Scale}
 */
function scaleOf(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(high - low, Math.abs(high) / 10) || 1;
  const step = roundUp(span / 3);
  const lowest = low >= 0 ? 0 : -Infinity;
  const bottom = Math.max(Math.floor((low - span * 0.1) / step), lowest) * step;
  const top = Math.ceil((high + span * 0.1) / step) * step;
  const ticks = [];
  for (let tick = bottom; tick <= top + step / 2; tick += step) ticks.push(tick);
  return { bottom, top, ticks };
}

/**
 * To 1, 2 or 5 times a power of ten.
 *
 * @param {number} number
 */
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const digit = [1, 2, 5].find((one) => one * power >= number) ?? 10;
  return digit * power;
}

/**
 * @param {Point[]} points
 * @param {Position} x
 * @param {Position} y
 */
function pathOf(points, x, y) {
  return points
    .map((point, place) => {
      if (!isKnown(point)) return "";
      const command = place > 0 && isKnown(points[place - 1]) ? "L" : "M";
      return `${command}${x(place).toFixed(1)} ${y(point.value).toFixed(1)}`;
    })
    .join("");
}

/**
 * @param {LineChart} chart
 * @param {KnownPoint[]} known
 */
function spoken({ title, reference, format }, known) {
  const [first, last] = [known[0], known[known.length - 1]];
  const { now, course: courseOf } = words.model.chart;
  const course = known.length < 2 ? "" : courseOf(format(first.value), known.length);
  const beside = reference ? `; ${reference.label}: ${format(reference.value)}` : "";
  return `${now(title, format(last.value))}${course}${beside}`;
}

/**
 * @param {string} title
 * @param {Point[]} points
 * @param {Format} format
 */
function table(title, points, format) {
  const header = [words.model.chart.releaseOf, title].map((name) =>
    element("th", { scope: "col" }, name),
  );
  const rows = points.map(({ label, value }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      element("td", {}, value === null ? "–" : format(value)),
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
      "table",
      {},
      element("thead", {}, element("tr", {}, header)),
      element("tbody", {}, rows),
    ),
  );
}
