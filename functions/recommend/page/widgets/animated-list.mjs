/** A list that changes without a jump: what stays glides to its new place, what is new fades in. */

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const TIMING = { duration: 320, easing: "cubic-bezier(.2,.7,.2,1)" };

/** Put `items`, which have `data-beer`, into `list`; the ids of those that were not there before. */
export function settle(list, items) {
  const before = new Map([...list.querySelectorAll("[data-beer]")].map((item) => [item.dataset.beer, item.getBoundingClientRect().top]));
  list.replaceChildren(...items);
  const fresh = items.filter((item) => !before.has(item.dataset.beer)).map((item) => item.dataset.beer);
  if (before.size === 0 || calm.matches) return before.size === 0 ? [] : fresh;
  for (const item of items) {
    const was = before.get(item.dataset.beer);
    if (was === undefined) item.animate([{ opacity: 0 }, { opacity: 1 }], TIMING);
    else glide(item, was - item.getBoundingClientRect().top);
  }
  return fresh;
}

function glide(item, distance) {
  if (distance) item.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], TIMING);
}
