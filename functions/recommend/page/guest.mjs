/**
 * Who uses the page: a user by username, a newcomer whose ratings stay on this device, or nobody.
 *
 * @import { Review } from "taproom-api"
 * @import { ApiError } from "./api.mjs"
 */

import * as device from "./device.mjs";
import * as earlier from "./offline/earlier.mjs";
import * as outbox from "./offline/outbox.mjs";

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
  if (next === null || next.username !== guest?.username) earlier.forget();
  guest = next;
  try {
    if (guest === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(guest));
  } catch {
    // A private window may have no storage: the guest is then known until the page is left.
  }
  for (const listener of listeners) listener();
}

/** @typedef {{ beer_id: string } & Omit<Rating, "score">} Beer */

/**
 * Rate a beer: a user's score goes to the API, a newcomer's stays here.
 *
 * @param {Beer} beer
 * @param {number} score
 * @param {string | null} [recommendationId] Of the answer that showed the beer.
 * @returns {Promise<ApiError | null>} Why it is still to be sent, null where it is saved.
 */
export async function rate(beer, score, recommendationId = null) {
  if (guest?.username !== undefined) {
    return outbox.give(entryOf(guest.username, beer, score, recommendationId));
  }
  become({ ratings: withRating(beer, score) });
  return null;
}

/**
 * A newcomer becomes a user, whose ratings are then those that they have given here, too.
 *
 * @param {string} username
 * @returns {Promise<number>} How many these were.
 */
export async function keepAs(username) {
  const kept = Object.entries(ratings());
  for (const [id, { score, ...beer }] of kept) {
    await outbox.give(entryOf(username, { beer_id: id, ...beer }, score));
    // So that none is given twice where a later one is refused.
    become({ ratings: ratingsWithout(id) });
  }
  become({ username });
  return kept.length;
}

/**
 * Take a rating back, as if it had never been given.
 *
 * @param {Beer} beer
 * @returns {Promise<ApiError | null>} As of `rate`.
 */
export async function takeBack(beer) {
  if (guest?.username !== undefined) return outbox.give(entryOf(guest.username, beer, null));
  become({ ratings: ratingsWithout(beer.beer_id) });
  return null;
}

/**
 * What the guest has said of the beer last, as far as that is still to be sent.
 *
 * @param {string} beerId
 */
export function waiting(beerId) {
  return allWaiting().find(({ beer }) => beer.beer_id === beerId);
}

/** The same of all beers, the latest first. */
export function allWaiting() {
  const latest = new Map(outbox.waiting(username()).map((entry) => [entry.beer.beer_id, entry]));
  return [...latest.values()].reverse();
}

/**
 * @param {string} username
 * @param {Beer} beer
 * @param {number | null} score
 * @param {string | null} [recommendationId]
 * @returns {outbox.Entry}
 */
function entryOf(username, { beer_id: id, name, brewery, style, abv }, score, recommendationId) {
  return {
    username,
    beer: { beer_id: id, name, brewery, style, abv },
    score,
    text: device.note(id),
    recommendation_id: recommendationId ?? null,
    said_at: Date.now(),
  };
}

/**
 * @param {Beer} beer
 * @param {number} score
 */
function withRating({ beer_id: id, name, brewery, style, abv }, score) {
  // The latest comes last, as in a history; a key that is set anew would keep its old place.
  return { ...ratingsWithout(id), [id]: { score, name, brewery, style, abv } };
}

/** @param {string} beerId */
function ratingsWithout(beerId) {
  return Object.fromEntries(Object.entries(ratings()).filter(([id]) => id !== beerId));
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
