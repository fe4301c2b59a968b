/**
 * Who uses the page: a user by username, a newcomer whose ratings stay on this device, or nobody.
 *
 * @import { Review } from "taproom-api"
 */

import * as api from "./api.mjs";
import * as device from "./device.mjs";

/** @typedef {Pick<Review, "score" | "name" | "brewery" | "style" | "abv">} Rating */
/** @typedef {{ username: string, ratings?: undefined }} User */
/** @typedef {{ username?: undefined, ratings: Record<string, Rating> }} Newcomer By beer id. */
/** @typedef {User | Newcomer} Guest */

const KEY = "taproom.guest";
/** @type {Set<() => void>} */
const listeners = new Set();
let guest = remembered();

export function current() {
  return guest;
}

/** @returns {string | null} */
export function username() {
  return guest?.username ?? null;
}

/**
 * The ratings that a newcomer has given, by beer id, the latest last.
 *
 * @returns {Record<string, Rating>}
 */
export function ratings() {
  return guest?.ratings ?? {};
}

/**
 * The scores alone, by beer id.
 *
 * @returns {Record<string, number>}
 */
export function scores() {
  return Object.fromEntries(Object.entries(ratings()).map(([id, rating]) => [id, rating.score]));
}

export function isNewcomer() {
  return guest?.ratings !== undefined;
}

/**
 * Whose taste the API is asked about, in the terms of its request bodies.
 *
 * @returns {{ username: string } | { ratings: Record<string, number> }}
 */
export function identity() {
  return guest?.username === undefined ? { ratings: scores() } : { username: guest.username };
}

/** @param {Guest | null} next */
export function become(next) {
  guest = next;
  try {
    if (guest === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(guest));
  } catch {
    // A private window may have no storage: the guest is then known until the page is left.
  }
  for (const listener of listeners) listener();
}

/**
 * Rate a beer: a user's score goes to the API, a newcomer's stays here.
 *
 * @param {{ beer_id: string } & Omit<Rating, "score">} beer
 * @param {number} score
 * @param {string | null} [recommendationId] Of the answer that showed the beer.
 */
export async function rate(beer, score, recommendationId = null) {
  if (guest?.username === undefined) become({ ratings: withRating(beer, score) });
  else {
    await give(guest.username, beer.beer_id, score, recommendationId);
  }
}

/**
 * A newcomer becomes a user, whose ratings are then those that they have given here, too.
 *
 * @param {string} username
 * @returns {Promise<number>} How many these were. What can't be given is still a newcomer's.
 */
export async function keepAs(username) {
  const kept = Object.entries(ratings());
  for (const [place, [id, rating]] of kept.entries()) {
    await give(username, id, rating.score);
    // So that none is given twice where a later one fails.
    become({ ratings: Object.fromEntries(kept.slice(place + 1)) });
  }
  become({ username });
  return kept.length;
}

/**
 * @param {string} username
 * @param {string} beerId
 * @param {number} score
 * @param {string | null} [recommendationId]
 */
function give(username, beerId, score, recommendationId = null) {
  const review = { beer_id: beerId, score, recommendation_id: recommendationId };
  return api.giveReview(username, { ...review, text: device.note(beerId) });
}

/**
 * Take a rating back, as if it had never been given.
 *
 * @param {string} beerId
 */
export async function takeBack(beerId) {
  if (guest?.username !== undefined) return api.takeBackReview(guest.username, beerId);
  const others = Object.entries(ratings()).filter(([id]) => id !== beerId);
  become({ ratings: Object.fromEntries(others) });
}

/**
 * @param {{ beer_id: string } & Omit<Rating, "score">} beer
 * @param {number} score
 */
function withRating({ beer_id: id, name, brewery, style, abv }, score) {
  const others = { ...ratings() };
  // The latest comes last, as in a history; a key that is set anew would keep its old place.
  delete others[id];
  return { ...others, [id]: { score, name, brewery, style, abv } };
}

/**
 * Call `listener` whenever the guest is another one, or a newcomer has rated.
 *
 * @param {() => void} listener
 */
export function follow(listener) {
  listeners.add(listener);
}

/** @returns {Guest | null} */
function remembered() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof stored?.username === "string") return { username: stored.username };
    if (stored?.ratings && typeof stored.ratings === "object") return { ratings: stored.ratings };
  } catch {
    // No storage, or nothing in it that this page wrote.
  }
  return null;
}
