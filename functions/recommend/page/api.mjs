/**
 * The calls of Taproom's API that the page makes: docs/api.md. Their types come from the API's
 * OpenAPI document: `make page`.
 *
 * @import { Body, Query } from "taproom-api"
 * @import { Signal } from "./http.mjs"
 */

import { API, answer, get, post, remove } from "./http.mjs";

/** @typedef {{ username: string } | { ratings: Record<string, number> }} Identity */

export { ApiError } from "./http.mjs";

/**
 * @param {Identity} identity
 * @param {Body<"/users/{username}/recommendations">} query
 * @param {Signal} [signal]
 */
export function recommendations(identity, query, signal) {
  return "username" in identity
    ? post("/users/{username}/recommendations", query, signal, identity.username)
    : recommendationsFor({ ...identity, ...query }, signal);
}

/**
 * The same where no list is shown that one could choose from: nothing is kept of the answer.
 *
 * @param {Identity} identity
 * @param {Body<"/users/{username}/recommendations">} query
 * @param {Signal} [signal]
 */
export function unloggedRecommendations(identity, query, signal) {
  const unlogged = { log: "false" };
  return "username" in identity
    ? post("/users/{username}/recommendations", query, signal, identity.username, unlogged)
    : post("/recommendations", { ...identity, ...query }, signal, "", unlogged);
}

/**
 * @param {Identity} identity
 * @param {Signal} [signal]
 */
export function taste(identity, signal) {
  return "username" in identity
    ? get("/users/{username}/taste", {}, signal, identity.username)
    : post("/taste", identity, signal);
}

/**
 * What came of a beer in an answer. Nobody waits for it, and where it fails nobody is the worse.
 *
 * @param {string | null} recommendationId Null for an answer that nothing is kept of.
 * @param {string} beerId
 * @param {Body<"/events">["event"]} event
 */
export async function tell(recommendationId, beerId, event) {
  if (recommendationId === null) return;
  const body = { recommendation_id: recommendationId, beer_id: beerId, event };
  await post("/events", body, undefined).catch(() => null);
}

/**
 * @param {Body<"/recommendations">} body
 * @param {Signal} [signal]
 */
export function recommendationsFor(body, signal) {
  return post("/recommendations", body, signal);
}

/**
 * @param {Identity} identity
 * @param {Body<"/menu">} body
 * @param {Signal} [signal]
 */
export function menu(identity, body, signal) {
  return "username" in identity
    ? post("/users/{username}/menu", body, signal, identity.username)
    : post("/menu", { ...identity, ...body }, signal);
}

/** @param {Blob} body A photo of a menu, a JPEG, to be read and put right. */
export function menuOnPhoto(body) {
  return answer(new URL("menu?limit=1&log=false", API), { method: "POST", body }, undefined);
}

/**
 * @param {Query<"/beers">} query
 * @param {Signal} [signal]
 */
export function beers(query, signal) {
  return get("/beers", query, signal);
}

/**
 * @param {string} beerId
 * @param {Signal} [signal]
 */
export function beer(beerId, signal) {
  return get("/beers/{beer_id}", {}, signal, "", beerId);
}

/**
 * @param {string} beerId
 * @param {number} limit
 * @param {Signal} [signal]
 */
export function similar(beerId, limit, signal) {
  return get("/beers/{beer_id}/similar", { limit }, signal, "", beerId);
}

/**
 * @param {string | null} username
 * @param {Query<"/users/{username}/trending">} query
 * @param {Signal} [signal]
 */
export function trending(username, query, signal) {
  return username === null
    ? get("/trending", query, signal)
    : get("/users/{username}/trending", query, signal, username);
}

export function styles() {
  return get("/styles", {});
}

/**
 * @param {string} search
 * @param {Signal} [signal]
 */
export function breweries(search, signal) {
  return get("/breweries", { search, limit: 8 }, signal);
}

/**
 * @param {string} prefix
 * @param {Signal} [signal]
 */
export function users(prefix, signal) {
  return get("/users", { prefix, limit: 8 }, signal);
}

/**
 * @param {string} username
 * @param {Query<"/users/{username}/reviews">} query
 * @param {Signal} [signal]
 */
export function reviews(username, query, signal) {
  return get("/users/{username}/reviews", query, signal, username);
}

/**
 * @param {string} username
 * @param {Body<"/users/{username}/reviews">} review
 */
export function giveReview(username, review) {
  return post("/users/{username}/reviews", review, undefined, username);
}

/**
 * @param {string} username
 * @param {string} beerId
 * @param {number} askedAt In Unix milliseconds.
 */
export async function takeBackReview(username, beerId, askedAt) {
  const query = { asked_at: String(askedAt) };
  await remove("/users/{username}/reviews/{beer_id}", username, beerId, query);
}

/** @param {Signal} [signal] */
export function release(signal) {
  return get("/release", {}, signal);
}

/** @param {Signal} [signal] */
export function releases(signal) {
  return get("/releases", { limit: 30 }, signal);
}

/** @param {Signal} [signal] */
export function drift(signal) {
  return get("/drift", { limit: 3 }, signal);
}

/** @param {Signal} [signal] */
export function onlineQuality(signal) {
  return get("/online-quality", {}, signal);
}

/** @param {Signal} [signal] */
export function experiment(signal) {
  return get("/experiment", {}, signal);
}

/** @param {string} run */
export function reportAddress(run) {
  return new URL(`report?release=${encodeURIComponent(run)}`, API).href;
}
