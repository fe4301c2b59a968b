/**
 * What is tried beside the release in service, or was tried last.
 *
 * @import { Trial } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 * @import { GainRow } from "../widgets/interval-chart.mjs"
 */

import { element } from "../elements.mjs";
import { percentage, time } from "../formats.mjs";
import { intervalChart } from "../widgets/interval-chart.mjs";
import { words } from "../words.mjs";

/**
 * @param {Trial} trial
 * @returns {Child[]} Nothing before the first experiment.
 */
export function trial({ experiment, report }) {
  if (!experiment) return [];
  const { challenger, share, started_at: startedAt, status = "starting", reason } = experiment;
  const { told, gain, gainHint, columns, tooFew } = words.model.trial;
  const rows = report ? rowsOf(report) : [];
  return [
    element("p", {}, told[status](challenger, percentage(share), time(startedAt))),
    rows.length > 0
      ? intervalChart({ title: gain, note: gainHint, rows, columns })
      : element("p", { class: "fine" }, tooFew),
    reason && element("p", { class: "fine", lang: "en" }, reason),
  ];
}

/**
 * @param {NonNullable<Trial["report"]>} report
 * @returns {GainRow[]} Of what can be told.
 */
function rowsOf({ differences }) {
  return differences.flatMap(({ metric, control, challenger, difference, lower, upper }) => {
    if (typeof difference !== "number" || typeof lower !== "number") return [];
    const shares = [challenger, control].map((value) =>
      typeof value === "number" ? percentage(value) : "–",
    );
    const gain = { gain: difference, lower, upper: upper ?? null };
    return [{ label: words.model.trial.metrics[metric], gain, cells: shares }];
  });
}
