/**
 * Who stands at the bar: somebody with a username, a newcomer with ratings of their own on this device, or nobody yet.
 *
 * `{username}`, `{ratings: {beer_id: {score, name, brewery, style, abv}}}` or null.
 */

const KEY = "taproom.guest";
const listeners = new Set();
let guest = remembered();

export function current() {
  return guest;
}

export function isNewcomer() {
  return guest !== null && guest.username === undefined;
}

/** Scores by beer id, of a newcomer. */
export function scores() {
  return Object.fromEntries(Object.entries(guest?.ratings ?? {}).map(([id, rating]) => [id, rating.score]));
}

export function become(next) {
  guest = next;
  try {
    if (guest === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(guest));
  } catch {
    // A private window may have no storage: the guest is then known until the page is left.
  }
  for (const listener of listeners) listener(guest);
}

/** A newcomer rates `beer`. */
export function rate(beer, score) {
  const { name, brewery, style, abv } = beer;
  // The latest comes last, as in a history.
  const { [beer.beer_id]: _, ...others } = guest.ratings;
  become({ ratings: { ...others, [beer.beer_id]: { score, name, brewery, style, abv } } });
}

/** Have `listener` told whenever somebody else stands there, or a newcomer has rated. */
export function follow(listener) {
  listeners.add(listener);
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (typeof kept?.username === "string") return { username: kept.username };
    if (kept?.ratings && typeof kept.ratings === "object") return { ratings: kept.ratings };
  } catch {
    // Nothing there, or nothing that this page wrote.
  }
  return null;
}
