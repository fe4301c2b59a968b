/** A list that changes without a jump: what stays glides to its new place, what is new fades in. */

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const TIMING = { duration: 320, easing: "cubic-bezier(.2,.7,.2,1)" };

/**
 * Make `items` the list's, each marked by its beer's id in `data-beer`.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 * @returns {number} How many were not there before; 0 where nothing was.
 */
export function replaceItems(list, items) {
  /** @type {NodeListOf<HTMLElement>} */
  const replaced = list.querySelectorAll("[data-beer]");
  const tops = new Map([...replaced].map((item) => [item.dataset.beer, topOf(item)]));
  list.replaceChildren(...items);
  if (tops.size === 0) return 0;
  if (!reducedMotion.matches) {
    for (const item of items) moveIn(item, tops.get(item.dataset.beer));
  }
  return items.filter((item) => !tops.has(item.dataset.beer)).length;
}

/**
 * @param {HTMLElement} item
 * @param {number | undefined} formerTop
 */
function moveIn(item, formerTop) {
  if (formerTop === undefined) item.animate([{ opacity: 0 }, { opacity: 1 }], TIMING);
  else glide(item, formerTop - topOf(item));
}

/**
 * @param {HTMLElement} item
 * @param {number} distance
 */
function glide(item, distance) {
  if (distance === 0) return;
  item.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], TIMING);
}

/** @param {HTMLElement} item */
function topOf(item) {
  return item.getBoundingClientRect().top;
}
