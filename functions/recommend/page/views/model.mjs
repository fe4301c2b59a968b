/**
 * What serves now, how good it is, and how that came.
 *
 * @import { Comparison, DropDrift, OnlineQuality, Release } from "taproom-api"
 * @import { ReleaseInService, Verdict } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import { decimal, percentage, time, wholeNumber } from "../formats.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";
import { comparisonTable, qualityCharts } from "./model-quality.mjs";
import { drift } from "./drift.mjs";
import { onlineQuality } from "./online-quality.mjs";

/** @param {AbortSignal} leaving */
export function modelView(leaving) {
  const body = element("div", { class: "model", "aria-busy": "true" });
  const lede = element("p", { class: "lede" }, words.model.lede);
  load(body, lede, leaving);
  return element(
    "div",
    { class: "view view-model" },
    element(
      "header",
      { class: "view-head" },
      element("h1", { tabindex: -1 }, words.titles.model),
      lede,
    ),
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
  return words.model.servesSince(time(release.started_at));
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
    online.releases.length > 0 && panel(words.model.online.heading, ...onlineQuality(online)),
    drops.length > 0 && panel(words.model.drift.heading, ...drift(drops)),
    releases.length > 0 && panel(words.model.quality.heading, qualityCharts(releases)),
    panel(words.model.quality.beside, comparisonTable(release)),
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
    words.model.inService,
    element("p", { class: "release-name" }, release),
    element(
      "dl",
      { class: "tiles" },
      tile(words.model.learntFrom, reviews.fitted),
      tile(words.model.guests, reviews.users),
      tile(words.model.beers, reviews.beers),
      tile(words.model.keptBack, reviews.held_out),
    ),
    element(
      "p",
      {},
      element(
        "a",
        { href: api.reportAddress(), target: "_blank", rel: "noopener" },
        words.model.report,
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
    words.model.verdict.heading,
    element("p", {}, element("strong", {}, words.model.verdict[status]), ` · ${run}`),
    reason && element("p", { class: "verdict-reason" }, reason),
    element("ul", { class: "comparisons" }, comparisons.map(comparisonItem)),
    ...notes.map((note) => element("p", { class: "fine" }, note)),
  );
}

/** @param {Comparison} comparison */
function comparisonItem(comparison) {
  const { metric, against, passed } = comparison;
  const [candidate, bound, other] = [comparison.candidate, comparison.bound, comparison.other].map(
    (value) => (typeof value === "number" ? decimal(value, 4) : "–"),
  );
  const wanted = words.model.verdict.wanted(comparison.higher_is_better, bound, against, other);
  return element(
    "li",
    { class: passed ? "passed" : "missed" },
    element(
      "span",
      { class: "mark" },
      passed ? words.model.verdict.passed : words.model.verdict.missed,
    ),
    element(
      "span",
      {},
      element("strong", {}, metric),
      ` ${candidate}, ${wanted}`,
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
  const interval = hasInterval
    ? words.model.verdict.interval(difference(lower), difference(upper))
    : "";
  const doubt = sure ? "" : words.model.verdict.unsure;
  return element("span", { class: "gain" }, `${difference(gain)}${interval}${doubt}`);
}

/** @param {number} gain As a share. */
function difference(gain) {
  const share = percentage(Math.abs(gain));
  return gain < 0 ? words.model.verdict.worse(share) : words.model.verdict.better(share);
}

/** @param {Release[]} releases */
function releasesPanel(releases) {
  return panel(
    words.model.releases.heading,
    element("ol", { class: "releases" }, releases.map(releaseItem)),
  );
}

/** @param {Release} release */
function releaseItem({ release, status, retired, started_at: startedAt, metrics, reason }) {
  const isServing = status === "in service";
  const standing = words.model.releases.status[status];
  return element(
    "li",
    {},
    element(
      "span",
      { class: isServing ? "status status-now" : "status" },
      retired ? words.model.releases.retired(standing) : standing,
    ),
    element("strong", {}, release),
    element(
      "span",
      { class: "card-facts" },
      `${time(startedAt)} · ${words.model.ratings(metrics.reviews.fitted)}`,
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
