/** One sentence at the foot of the page, for a few seconds; screen readers are told it too. */

const DURATION = 7000; // milliseconds
const place = /** @type {HTMLElement} */ (document.getElementById("notice"));
let timer = 0;

/** @param {string} sentence */
export function notify(sentence) {
  clearTimeout(timer);
  place.textContent = sentence;
  place.classList.add("shown");
  timer = setTimeout(() => place.classList.remove("shown"), DURATION);
}
