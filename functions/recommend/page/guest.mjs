/**
 * Who uses the page: a user by username, a newcomer whose ratings stay on this device, or nobody.
 *
 * @import { Review } from "taproom-api"
 */

import * as api from "./api.mjs";

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
    const review = { beer_id: beer.beer_id, score, recommendation_id: recommendationId };
    await api.giveReview(guest.username, review);
  }
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
