/**
 * What picks the beers: a plain story first, and all figures for the curious.
 *
 * @import { DropDrift, OnlineQuality, Release, ReleaseInService, Trial } from "taproom-api"
 * @import { Child } from "../elements.mjs"
 */

import * as api from "../api.mjs";
import { element, viewHead } from "../elements.mjs";
import { time, wholeNumber } from "../formats.mjs";
import { bone, errorState } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";
import { comparisonTable, qualityCharts } from "./model-quality.mjs";
import { sliceCharts } from "./model-slices.mjs";
import { modelStory, reportLink } from "./model-story.mjs";
import { trial } from "./model-trial.mjs";
import { releaseList, verdictOf } from "./model-verdict.mjs";
import { drift } from "./drift.mjs";
import { onlineQuality } from "./online-quality.mjs";

/** @typedef {{ releases: Release[] }} Releases */
/** @typedef {{ drops: DropDrift[] }} Drops */
/** @typedef {[ReleaseInService, Releases, OnlineQuality, Drops, Trial]} Known */

/** @param {AbortSignal} leaving */
export function modelView(leaving) {
  const body = element("div", { class: "model", "aria-busy": "true" });
  load(body, leaving);
  return element(
    "div",
    { class: "view view-model" },
    viewHead(words.titles.model, element("p", { class: "lede" }, words.model.lede)),
    body,
  );
}

/**
 * @param {HTMLElement} body
 * @param {AbortSignal} leaving
 */
async function load(body, leaving) {
  body.replaceChildren(...skeletonPanels());
  try {
    const known = await Promise.all([
      api.release(leaving),
      api.releases(leaving),
      api.onlineQuality(leaving),
      api.drift(leaving),
      api.experiment(leaving),
    ]);
    if (leaving.aborted) return;
    const [release, , online, , tried] = known;
    body.replaceChildren(modelStory(release, online, tried), forTheCurious(known));
  } catch (error) {
    if (!leaving.aborted) {
      body.replaceChildren(errorState(error, () => load(body, leaving)));
    }
  }
  body.setAttribute("aria-busy", "false");
}

/** @param {Known} known */
function forTheCurious(known) {
  return element(
    "details",
    { class: "curious" },
    element("summary", {}, words.model.curious),
    element("div", { class: "model" }, panels(known)),
  );
}

/** @param {Known} known Releases and drops the latest first. */
function panels([release, { releases }, online, { drops }, tried]) {
  const { quality, online: guests, drift: data, verdict, releases: all } = words.model;
  const charts = qualityCharts(releases);
  const beingTried = trial(tried);
  return [
    inServicePanel(release),
    charts && panel(quality.heading, element("p", { class: "fine" }, quality.hint), charts),
    panel(quality.beside, comparisonTable(release)),
    release.slices &&
      panel(words.model.slices.heading, sliceCharts(release.slices), reportOf(release.release)),
    beingTried.length > 0 && panel(words.model.trial.heading, ...beingTried),
    online.releases.length > 0 && panel(guests.heading, ...onlineQuality(online)),
    drops.length > 0 && panel(data.heading, ...drift(drops)),
    release.latest_verdict && panel(verdict.heading, ...verdictOf(release.latest_verdict)),
    releases.length > 0 && panel(all.heading, releaseList(releases)),
  ];
}

/**
 * @param {string} title
 * @param {Child[]} content
 */
function panel(title, ...content) {
  return element("section", { class: "panel" }, element("h2", {}, title), ...content);
}

/** @param {string} release */
function reportOf(release) {
  return reportLink(release, words.model.slices.report, "#for-whom-and-of-which-beers");
}

/** @param {ReleaseInService} release */
function inServicePanel({ release, started_at: startedAt, metrics: { reviews } }) {
  return panel(
    words.model.inService,
    element("p", { class: "release-name" }, release),
    element("p", { class: "fine" }, words.model.servesSince(time(startedAt))),
    element(
      "dl",
      { class: "tiles" },
      tile(words.model.learntFrom, reviews.fitted),
      tile(words.model.guests, reviews.users),
      tile(words.model.beers, reviews.beers),
      tile(words.model.keptBack, reviews.held_out),
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
