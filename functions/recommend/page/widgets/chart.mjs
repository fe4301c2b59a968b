/** What every chart has: a title, a drawing as SVG, and its figures in a table to be unfolded. */

import { element, svgElement } from "../elements.mjs";
import { words } from "../words.mjs";

/** @typedef {{ label: string, cells: (string | Element)[] }} Row */
/**
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} note
 * @property {Row[]} rows
 * @property {string[]} columns Of the table: of the label, and of the cells.
 */

export const WIDTH = 340;

/**
 * @param {Chart} chart
 * @param {string} spoken What a screen reader says of the drawing.
 * @param {number} height
 * @param {(SVGElement | false)[]} marks
 */
export function chartFigure({ title, note, rows, columns }, spoken, height, marks) {
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("strong", {}, title), element("span", {}, note)),
    svgElement(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": spoken },
      ...marks,
    ),
    element(
      "details",
      { class: "chart-table" },
      element(
        "summary",
        {},
        words.model.chart.asTable,
        element("span", { class: "unseen" }, `: ${title}`),
      ),
      table(title, rows, columns),
    ),
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {"start" | "middle" | "end"} [anchor]
 */
export function tickText(x, y, text, anchor = "start") {
  return svgElement("text", { class: "chart-tick", x, y, "text-anchor": anchor }, text);
}

/**
 * A table that scrolls where it is too wide.
 *
 * @param {string} title
 * @param {Row[]} rows
 * @param {string[]} columns Of the label, which may be empty, and of the cells.
 * @param {string | null} [className]
 */
export function table(title, rows, [first, ...others], className = null) {
  const header = (/** @type {string} */ name) => element("th", { scope: "col" }, name);
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
    element(
      "table",
      { class: className },
      element(
        "thead",
        {},
        element("tr", {}, first === "" ? element("td") : header(first), others.map(header)),
      ),
      element("tbody", {}, rows.map(tableRow)),
    ),
  );
}

/** @param {Row} row */
function tableRow({ label, cells }) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, label),
    cells.map((cell) => element("td", {}, cell)),
  );
}
