/**
 * What serves now, how good it is, and how that came.
 *
 * @import { Comparison, DropDrift, OnlineQuality, Release } from "taproom-api"
 * @import { ReleaseInService, Verdict } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import { count, percentage, time, wholeNumber } from "../formats.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { comparisonTable, qualityCharts } from "./model-quality.mjs";
import { drift } from "./drift.mjs";
import { onlineQuality } from "./online-quality.mjs";

/** @type {Record<Verdict["status"], string>} */
const VERDICTS = { promoted: "Promoted", refused: "Refused", failed: "Failed" };

/** @param {AbortSignal} leaving */
export function modelView(leaving) {
  const body = element("div", { class: "model", "aria-busy": "true" });
  const lede = element("p", { class: "lede" }, "What picks the beers, and how good it is at it.");
  load(body, lede, leaving);
  return element(
    "div",
    { class: "view view-model" },
    element("header", { class: "view-head" }, element("h1", { tabindex: -1 }, "The model"), lede),
    body,
  );
}

/**
 * @param {HTMLElement} body
 * @param {HTMLElement} lede
 * @param {AbortSignal} leaving
 */
async function load(body, lede, leaving) {
  body.replaceChildren(...skeletonPanels());
  try {
    const [release, history, online, { drops }] = await Promise.all([
      api.release(leaving),
      api.releases(leaving),
      api.onlineQuality(leaving),
      api.drift(leaving),
    ]);
    if (leaving.aborted) return;
    lede.textContent = ledeOf(release);
    body.replaceChildren(...panels(release, history.releases, online, drops));
  } catch (error) {
    if (!leaving.aborted) {
      body.replaceChildren(errorState(error, () => load(body, lede, leaving)));
    }
  }
  body.setAttribute("aria-busy", "false");
}

/** @param {ReleaseInService} release */
function ledeOf(release) {
  const since = time(release.started_at);
  return `It has served since ${since}, and learns again whenever new ratings come in.`;
}

/**
 * @param {ReleaseInService} release
 * @param {Release[]} releases The latest first.
 * @param {OnlineQuality} online
 * @param {DropDrift[]} drops The latest first.
 */
function panels(release, releases, online, drops) {
  const all = [
    inServicePanel(release),
    online.releases.length > 0 && panel("What guests made of it", ...onlineQuality(online)),
    drops.length > 0 && panel("Is the data what it was?", ...drift(drops)),
    releases.length > 0 && panel("Release after release", qualityCharts(releases)),
    panel("Beside what it has to beat", comparisonTable(release)),
    release.latest_verdict && verdictPanel(release.latest_verdict),
    releases.length > 0 && releasesPanel(releases),
  ];
  return all.filter((one) => one instanceof HTMLElement);
}

/**
 * @param {string} title
 * @param {Child[]} content
 */
function panel(title, ...content) {
  return element("section", { class: "panel" }, element("h2", {}, title), ...content);
}

/** @param {ReleaseInService} release */
function inServicePanel({ release, metrics: { reviews } }) {
  return panel(
    "In service now",
    element("p", { class: "release-name" }, release),
    element(
      "dl",
      { class: "tiles" },
      tile("Ratings learnt from", reviews.fitted),
      tile("Guests", reviews.users),
      tile("Beers", reviews.beers),
      tile("Ratings kept back to test it", reviews.held_out),
    ),
    element(
      "p",
      {},
      element(
        "a",
        { href: api.reportAddress(), target: "_blank", rel: "noopener" },
        "Read the training report",
      ),
    ),
  );
}

/**
 * @param {string} label
 * @param {number} value
 */
function tile(label, value) {
  return element("div", {}, element("dt", {}, label), element("dd", {}, wholeNumber(value)));
}

/** @param {Verdict} verdict */
function verdictPanel({ status, run, reason, comparisons, notes }) {
  return panel(
    "The last verdict",
    element("p", {}, element("strong", {}, VERDICTS[status]), ` · ${run}`),
    reason && element("p", { class: "verdict-reason" }, reason),
    element("ul", { class: "comparisons" }, comparisons.map(comparisonItem)),
    ...notes.map((note) => element("p", { class: "fine" }, note)),
  );
}

/** @param {Comparison} comparison */
function comparisonItem(comparison) {
  const { metric, against, passed } = comparison;
  const [candidate, bound, other] = [comparison.candidate, comparison.bound, comparison.other].map(
    (value) => value?.toFixed(4) ?? "–",
  );
  const limit = comparison.higher_is_better ? "at least" : "at most";
  return element(
    "li",
    { class: passed ? "passed" : "missed" },
    element("span", { class: "mark" }, passed ? "Passed" : "Missed"),
    element(
      "span",
      {},
      element("strong", {}, metric),
      ` ${candidate}, wanted ${limit} ${bound} (${against}: ${other})`,
      gainText(comparison),
    ),
  );
}

/**
 * "2.0% worse, from 3.1% worse to 0.9% worse", and whether that told.
 *
 * @param {Comparison} comparison
 */
function gainText({ gain, lower, upper, sure }) {
  if (typeof gain !== "number") return null;
  const hasInterval = typeof lower === "number" && typeof upper === "number";
  const interval = hasInterval ? `, from ${difference(lower)} to ${difference(upper)}` : "";
  const doubt = sure ? "" : " (too few guests to tell)";
  return element("span", { class: "gain" }, `${difference(gain)}${interval}${doubt}`);
}

/** @param {number} gain As a share. */
function difference(gain) {
  return `${percentage(Math.abs(gain))} ${gain < 0 ? "worse" : "better"}`;
}

/** @param {Release[]} releases */
function releasesPanel(releases) {
  return panel("Releases", element("ol", { class: "releases" }, releases.map(releaseItem)));
}

/** @param {Release} release */
function releaseItem({ release, status, retired, started_at: startedAt, metrics, reason }) {
  const isServing = status === "in service";
  return element(
    "li",
    {},
    element(
      "span",
      { class: isServing ? "status status-now" : "status" },
      retired ? `${status}, retired` : status,
    ),
    element("strong", {}, release),
    element(
      "span",
      { class: "card-facts" },
      `${time(startedAt)} · ${count(metrics.reviews.fitted, "rating")}`,
    ),
    reason && element("p", { class: "fine" }, reason),
  );
}

function skeletonPanels() {
  return ["tiles", "charts", "charts"].map((kind) =>
    element(
      "div",
      { class: `panel skeleton skeleton-${kind}`, "aria-hidden": "true" },
      bone("title"),
      bone("line"),
      bone("short"),
    ),
  );
}
