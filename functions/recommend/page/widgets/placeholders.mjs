/**
 * What stands where there is no content: while it loads, where there is none, where it failed.
 *
 * @import { ApiError } from "../api.mjs"
 * @import { Child } from "../elements.mjs"
 */

import { element } from "../elements.mjs";
import { kind } from "../kind.mjs";
import { words } from "../words.mjs";

/**
 * Cards without content, as tall as those that will take their place.
 *
 * @param {number} number
 */
export function skeletonCards(number) {
  return Array.from({ length: number }, () =>
    element(
      "li",
      { class: "card skeleton", "aria-hidden": "true" },
      element("div", { class: "card-score" }, bone("figure")),
      element(
        "div",
        { class: "card-body" },
        bone("title"),
        bone("line"),
        bone("short"),
        bone("stars"),
      ),
    ),
  );
}

/**
 * A part of a skeleton, where something of that kind will be.
 *
 * @param {"figure" | "title" | "line" | "short" | "stars" | "meter"} kind
 */
export function bone(kind) {
  return element("span", { class: `bone bone-${kind}` });
}

/**
 * A calm sentence with, where there is one, a way out.
 *
 * @param {string} title
 * @param {string} sentence
 * @param {Child[]} ways Links and buttons.
 */
export function emptyState(title, sentence, ...ways) {
  return element(
    "div",
    { class: "state" },
    element("h2", {}, title),
    element("p", {}, sentence),
    element("div", { class: "state-ways" }, ...ways),
  );
}

/**
 * What went wrong, in the guest's words and in the API's own, and a button that tries again.
 *
 * @param {ApiError} error
 * @param {() => unknown} retry
 */
export function errorState(error, retry) {
  return element(
    "div",
    { class: "state", role: "alert" },
    element("h2", {}, error.status === 0 ? words.failures.noConnection : words.failures.noAnswer),
    element("p", {}, error.message),
    element(
      "div",
      { class: "state-ways" },
      element(
        "button",
        { type: "button", class: "primary", onclick: () => retry() },
        words.failures.tryAgain,
      ),
    ),
    // It is of beers whatever there is.
    kind === "beer" &&
      error.apiMessage &&
      element("p", { class: "fine", lang: "en" }, error.apiMessage),
    error.requestId && element("p", { class: "fine" }, words.failures.request(error.requestId)),
  );
}
