/**
 * What the model takes the guest's taste to be: styles, strengths and breweries, and ways to
 * correct it.
 *
 * @import { BreweryLeaning, StrengthLeaning, StyleLeaning, Taste } from "taproom-api"
 * @import { BeerFilter } from "../widgets/filters.mjs"
 */

import * as api from "../api.mjs";
import { dismissedLink } from "../beers/card-actions.mjs";
import { glass } from "../beers/glass.mjs";
import * as device from "../device.mjs";
import { element, viewHead } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { kind } from "../kind.mjs";
import { STRENGTHS } from "../widgets/filters.mjs";
import { notify } from "../widgets/notice.mjs";
import { bone, emptyState, errorState } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";
import { narrowList } from "../beers/list-query.mjs";

const STYLES = 12;
const SKELETONS = 8;
const REACH = 1.5; // points from the guest's mean to either end of a line

/** @typedef {Omit<StyleLeaning, "style">} Leaning */

/** @param {AbortSignal} leaving */
export function tasteView(leaving) {
  const body = element("div", { class: "taste", "aria-busy": "true" }, skeletonRows());
  const load = async () => {
    try {
      const taste = await api.taste(guest.identity(), leaving);
      const isEmpty = taste.ratings === 0;
      body.replaceChildren(...(isEmpty ? [nothing()] : sections(taste)));
    } catch (error) {
      if (!leaving.aborted) body.replaceChildren(errorState(error, load));
    }
    body.setAttribute("aria-busy", "false");
  };
  load();
  return element(
    "div",
    { class: "view view-taste" },
    viewHead(
      words.taste.title,
      element("p", { class: "lede" }, words.taste.lede),
      element("div", { class: "list-ways" }, dismissedLink()),
    ),
    body,
  );
}

function nothing() {
  const way = element("a", { class: "button", href: "#/new" }, words.taps.heading);
  return emptyState(words.taste.nothing, words.taste.nothingHint, way);
}

/** @param {Taste} taste */
function sections({ styles, strengths, breweries, mean_score }) {
  const mean = mean_score ?? 0;
  const all = styles.map((leaning) => styleRow(leaning, mean));
  const list = element("ul", { class: "leanings" }, all.slice(0, STYLES));
  const more = element(
    "button",
    {
      type: "button",
      class: "more",
      hidden: all.length <= STYLES,
      onclick: () => {
        list.append(...all.slice(STYLES));
        more.hidden = true;
        all[STYLES].querySelector("button")?.focus();
      },
    },
    words.taste.allStyles,
  );
  return [
    element("p", { class: "fine" }, words.taste.legend(mean)),
    element("section", {}, element("h2", {}, words.taste.styles), list, more),
    // The API's classes are those of beers.
    section(
      words.taste.strengths,
      kind === "beer" ? byStrength(strengths).map((one) => strengthRow(one, mean)) : [],
    ),
    section(
      words.taste.breweries,
      breweries.map((one) => breweryRow(one, mean)),
    ),
  ];
}

/** @param {StrengthLeaning[]} strengths */
function byStrength(strengths) {
  return strengths.toSorted((one, other) => (one.min_abv ?? 0) - (other.min_abv ?? 0));
}

/**
 * @param {string} title
 * @param {HTMLElement[]} rows
 */
function section(title, rows) {
  if (rows.length === 0) return "";
  return element(
    "section",
    {},
    element("h2", {}, title),
    element("ul", { class: "leanings" }, rows),
  );
}

/** @param {StyleLeaning} leaning @param {number} mean */
function styleRow(leaning, mean) {
  const { style } = leaning;
  const isLess = device.has("less", style);
  const less = element(
    "button",
    {
      type: "button",
      class: "chip",
      "aria-label": words.taste.lessOf(style),
      "aria-pressed": String(isLess),
      onclick: () => {
        const isOn = !device.has("less", style);
        device.put("less", style, isOn);
        less.setAttribute("aria-pressed", String(isOn));
        notify(isOn ? words.taste.lessNow(style) : words.taste.moreNow(style));
      },
    },
    words.taste.less,
  );
  return row(style, leaning, mean, glass({ style, abv: null }), rateLink(style, { style }), less);
}

/** @param {StrengthLeaning} leaning @param {number} mean */
function strengthRow(leaning, mean) {
  const { min_abv: least } = leaning;
  const found = STRENGTHS.find((one) => one.min_abv === least) ?? STRENGTHS[0];
  const { name, min_abv, max_abv } = found;
  return row(name, leaning, mean, null, rateLink(name, { min_abv, max_abv }));
}

/** @param {BreweryLeaning} leaning @param {number} mean */
function breweryRow(leaning, mean) {
  const { brewery } = leaning;
  return row(brewery, leaning, mean, null, rateLink(brewery, { brewery }));
}

/**
 * @param {string} name
 * @param {Partial<BeerFilter>} filter
 */
function rateLink(name, filter) {
  const onclick = () => narrowList(filter);
  const label = words.taste.rateOf(name);
  return element(
    "a",
    { class: "chip", href: "#/beers", "aria-label": label, onclick },
    words.taste.rate,
  );
}

/**
 * @param {string} name
 * @param {Leaning} leaning
 * @param {number} mean
 * @param {Element | null} picture
 * @param {HTMLElement[]} ways To correct it.
 */
function row(name, leaning, mean, picture, ...ways) {
  const { predicted, given, ratings } = leaning;
  const said = [
    predicted !== null && words.taste.predicted(predicted),
    given !== null && words.taste.given(given, ratings),
  ].filter((part) => part !== false);
  return element(
    "li",
    { class: picture ? "leaning with-glass" : "leaning" },
    picture,
    element(
      "div",
      { class: "leaning-body" },
      element("h3", {}, name),
      scale(leaning, mean),
      element("p", { class: "fine" }, said.join(" · ")),
    ),
    element("div", { class: "leaning-ways" }, ...ways),
  );
}

/**
 * Both scores on one line, with the guest's mean in its middle.
 *
 * @param {Leaning} leaning
 * @param {number} mean
 */
function scale({ predicted, given }, mean) {
  const line = element(
    "span",
    { class: "scale", "aria-hidden": "true" },
    predicted !== null && element("span", { class: "scale-predicted" }),
    given !== null && element("span", { class: "scale-given" }),
  );
  line.style.setProperty("--predicted", String(fromMean(predicted, mean)));
  line.style.setProperty("--given", String(fromMean(given, mean)));
  return line;
}

/**
 * @param {number | null} score
 * @param {number} mean
 * @returns {number} -1 to 1
 */
function fromMean(score, mean) {
  return Math.max(-1, Math.min(1, ((score ?? mean) - mean) / REACH));
}

function skeletonRows() {
  return Array.from({ length: SKELETONS }, () =>
    element(
      "div",
      { class: "leaning skeleton", "aria-hidden": "true" },
      element("div", { class: "leaning-body" }, bone("title"), bone("line")),
    ),
  );
}
