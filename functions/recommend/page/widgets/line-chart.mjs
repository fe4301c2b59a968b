/** A line chart over releases, drawn as SVG, with its figures in a table below for those who would rather read. */

import { drawing, element } from "../elements.mjs";

const WIDTH = 340;
const HEIGHT = 176;
const LEFT = 42;
const RIGHT = 52;
const TOP = 14;
const BOTTOM = 26;

/**
 * `points` are `{label, value}` from the oldest on, `reference` a `{label, value}` to compare them with or null,
 * `format` turns a value into text. Values that are null leave a gap.
 */
export function chart({ title, note, points, reference, format }) {
  const known = points.filter((point) => point.value !== null);
  if (known.length === 0) return null;
  const scale = scaleOf([...known.map((point) => point.value), ...(reference ? [reference.value] : [])]);
  const x = (place) => LEFT + (points.length < 2 ? 0.5 : place / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + ((scale.top - value) / (scale.top - scale.bottom)) * (HEIGHT - TOP - BOTTOM);
  const last = points.findLastIndex((point) => point.value !== null);

  const picture = drawing(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(title, known, reference, format) },
    scale.ticks.map((tick) => [
      drawing("line", { class: "chart-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }),
      drawing("text", { class: "chart-tick", x: LEFT - 8, y: y(tick) + 3.5, "text-anchor": "end" }, format(tick)),
    ]),
    reference && [
      drawing("line", {
        class: "chart-reference",
        x1: LEFT,
        x2: WIDTH - RIGHT,
        y1: y(reference.value),
        y2: y(reference.value),
      }),
      drawing("text", { class: "chart-tick", x: LEFT + 2, y: y(reference.value) - 5 }, reference.label),
    ],
    drawing("path", { class: "chart-line", d: pathOf(points, x, y) }),
    points.map(
      (point, place) =>
        point.value !== null &&
        drawing(
          "circle",
          { class: place === last ? "chart-point chart-last" : "chart-point", cx: x(place), cy: y(point.value), r: place === last ? 4.5 : 3 },
          drawing("title", {}, `${point.label}: ${format(point.value)}`),
        ),
    ),
    drawing("text", { class: "chart-value", x: x(last) + 9, y: y(points[last].value) + 4 }, format(points[last].value)),
    drawing("text", { class: "chart-tick", x: x(0), y: HEIGHT - 7, "text-anchor": points.length < 2 ? "middle" : "start" }, points[0].label),
    points.length > 1 &&
      drawing("text", { class: "chart-tick", x: x(points.length - 1), y: HEIGHT - 7, "text-anchor": "end" }, points.at(-1).label),
  );
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("strong", {}, title), element("span", {}, note)),
    picture,
    table(title, points, format),
  );
}

/** Up to four round values that span `values`. */
export function scaleOf(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) / 2 || 1;
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const bottom = Math.max(Math.floor((low - span * 0.1) / step), low >= 0 ? 0 : -Infinity) * step;
  const top = Math.ceil((high + span * 0.1) / step) * step;
  const ticks = [];
  for (let tick = bottom; tick <= top + step / 2; tick += step) ticks.push(tick);
  return { bottom, top, ticks };
}

function pathOf(points, x, y) {
  let drawn = false;
  return points
    .map((point, place) => {
      if (point.value === null) return (drawn = false), "";
      const command = drawn ? "L" : "M";
      drawn = true;
      return `${command}${x(place).toFixed(1)} ${y(point.value).toFixed(1)}`;
    })
    .join("");
}

function spoken(title, known, reference, format) {
  const course = known.length < 2 ? "" : `, from ${format(known[0].value)} at the first of ${known.length} releases`;
  const beside = reference ? `; ${reference.label}: ${format(reference.value)}` : "";
  return `${title}: ${format(known.at(-1).value)} now${course}${beside}`;
}

function table(title, points, format) {
  return element(
    "details",
    { class: "chart-table" },
    element("summary", {}, "As a table", element("span", { class: "unseen" }, `: ${title}`)),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Release of"), element("th", { scope: "col" }, title))),
      element(
        "tbody",
        {},
        points.map((point) =>
          element("tr", {}, element("th", { scope: "row" }, point.label), element("td", {}, point.value === null ? "–" : format(point.value))),
        ),
      ),
    ),
  );
}
