/**
 * Whether the latest files of ratings are like those that the model has learnt from.
 *
 * @import { Drift, DropDrift } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 * @import { Bar } from "../widgets/bar-chart.mjs"
 */

import { element } from "../elements.mjs";
import { date, decimal, time } from "../formats.mjs";
import { barChart } from "../widgets/bar-chart.mjs";
import { words } from "../words.mjs";

// Of the stability index: as taproom.evidence.drift has it.
const MOST_SHIFT = 0.25;

/**
 * @param {DropDrift[]} drops One at least, the latest first.
 * @returns {Child[]}
 */
export function drift(drops) {
  const rows = drops.flatMap(indicesOf);
  return [
    element("p", { class: "verdict-reason" }, storyOf(drops[0].drift)),
    rows.length > 0 && barChart({ ...words.model.drift.unlike, rows }),
    element("ul", {}, drops.map(dropOf)),
  ];
}

/** @param {Drift} drift */
function storyOf({ scores, styles }) {
  const shifted = { scores: isShifted(scores), styles: isShifted(styles) };
  return shifted.scores || shifted.styles
    ? words.model.drift.shifted(shifted.scores, shifted.styles)
    : words.model.drift.alike;
}

/**
 * @param {DropDrift} drop
 * @returns {Bar[]} Of what there is something to compare with.
 */
function indicesOf({ at, drift: { scores, styles } }) {
  const day = date(at);
  const said = words.model.drift;
  /** @type {[string, number | null | undefined][]} */
  const indices = [
    [said.scores(day), scores],
    [said.styles(day), styles],
  ];
  return indices.flatMap(([label, value]) => {
    if (typeof value !== "number") return [];
    const text = decimal(value, 2);
    return [{ label, value, text, mark: MOST_SHIFT, cells: [text] }];
  });
}

/** @param {DropDrift} drop */
function dropOf({
  at,
  drift: { rows, users, mean_score: mean, new_beers: beers, new_users: guests },
}) {
  const file = { rows, users, mean, beers, guests };
  return element("li", {}, words.model.drift.file(time(at), file));
}

/** @param {number | null | undefined} index */
function isShifted(index) {
  return typeof index === "number" && index > MOST_SHIFT;
}
