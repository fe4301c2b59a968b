/**
 * One sentence at the foot of the page, for a few seconds and no longer than the view that it is
 * about; screen readers are told it too.
 */

import { element } from "../elements.mjs";

const DURATION = 7000; // milliseconds
const place = /** @type {HTMLElement} */ (document.getElementById("notice"));
let timer = 0;

/**
 * @param {string} sentence
 * @param {Record<string, () => unknown>} [ways] What can be done about it, by what its button says.
 */
export function notify(sentence, ways = {}) {
  clearTimeout(timer);
  const buttons = Object.entries(ways).map(([label, act]) =>
    element("button", { type: "button", onclick: () => (hide(), act()) }, label),
  );
  place.replaceChildren(element("span", {}, sentence), ...buttons);
  place.classList.add("shown");
  timer = setTimeout(hide, DURATION);
}

function hide() {
  place.classList.remove("shown");
}

addEventListener("hashchange", hide);
