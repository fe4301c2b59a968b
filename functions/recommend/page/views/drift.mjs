/**
 * Whether the latest files of ratings are like those that the model has learnt from.
 *
 * @import { Drift, DropDrift } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import { element } from "../elements.mjs";
import { count, percentage, time } from "../formats.mjs";

// Of the stability index: as taproom.evidence.drift has it.
const MOST_SHIFT = 0.25;

/**
 * @param {DropDrift[]} drops One at least, the latest first.
 * @returns {Child[]}
 */
export function drift(drops) {
  return [
    element("p", { class: "verdict-reason" }, storyOf(drops[0].drift)),
    element("ul", {}, drops.map(dropOf)),
  ];
}

/** @param {Drift} drift */
function storyOf({ scores, styles }) {
  const shifted = [isShifted(scores) && "scores", isShifted(styles) && "styles"].filter(
    (word) => word !== false,
  );
  return shifted.length > 0
    ? `The latest file has other ${shifted.join(" and ")} than the model has learnt from.`
    : "The latest file is like what the model has learnt from.";
}

/** @param {DropDrift} drop */
function dropOf({
  at,
  drift: { rows, users, mean_score: mean, new_beers: beers, new_users: guests },
}) {
  const facts = [
    `${count(rows, "rating")} by ${count(users, "guest")}`,
    `${mean.toFixed(2)} on average`,
    `${percentage(beers)} of beers that are new`,
    `${percentage(guests)} of guests who are new`,
  ];
  return element("li", {}, `${time(at)}: ${facts.join(", ")}.`);
}

/** @param {number | null | undefined} index */
function isShifted(index) {
  return typeof index === "number" && index > MOST_SHIFT;
}
