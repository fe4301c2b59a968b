/**
 * For whom the model is good, and how its scores hold.
 *
 * @import { Slices } from "taproom-api"
 */

import { element } from "../elements.mjs";
import { decimal, percentage, wholeNumber } from "../formats.mjs";
import { barChart } from "../widgets/bar-chart.mjs";
import { words } from "../words.mjs";

/** @param {Slices} slices */
export function sliceCharts({ groups, calibration }) {
  const { found, calibrated } = words.model.slices;
  return element(
    "div",
    { class: "charts" },
    groups.length > 0 &&
      barChart({
        ...found,
        rows: groups.map(({ name, reviews, recall_at_100: recall, rmse }) => ({
          label: name,
          value: recall,
          text: percentage(recall),
          cells: [wholeNumber(reviews), percentage(recall), decimal(rmse, 3)],
        })),
      }),
    calibration.length > 0 &&
      barChart({
        ...calibrated,
        rows: calibration.map(({ reviews, predicted, given }) => ({
          label: decimal(predicted, 2),
          value: given,
          text: decimal(given, 2),
          mark: predicted,
          cells: [decimal(given, 2), wholeNumber(reviews)],
        })),
      }),
  );
}
