/** What is shown where there is no content: while it loads, where there is none, and where it failed. */

import { element } from "../elements.mjs";

/** `number` cards without content, as tall as those that will take their place. */
export function skeletons(number) {
  return Array.from({ length: number }, () =>
    element(
      "li",
      { class: "card skeleton", "aria-hidden": "true" },
      element("div", { class: "card-score" }, bone("figure")),
      element("div", { class: "card-body" }, bone("title"), bone("line"), bone("short"), bone("stars")),
    ),
  );
}

export function bone(kind) {
  return element("span", { class: `bone bone-${kind}` });
}

/** A calm sentence with, where there is one, a way out. */
export function empty(title, sentence, ...ways) {
  return element("div", { class: "state" }, element("h2", {}, title), element("p", {}, sentence), element("div", { class: "state-ways" }, ways));
}

/** What went wrong, in the API's own words, and a button that tries again. */
export function failed(error, again) {
  return element(
    "div",
    { class: "state", role: "alert" },
    element("h2", {}, error.status === 0 ? "No connection to the bar" : "That didn’t pour"),
    element("p", {}, error.message),
    element("div", { class: "state-ways" }, again && element("button", { type: "button", class: "primary", onclick: again }, "Try again")),
    error.requestId && element("p", { class: "fine" }, `Request ${error.requestId}`),
  );
}
