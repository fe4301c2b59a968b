/**
 * The calls of Taproom's API that the page makes: docs/api.md. Their types come from the API's
 * OpenAPI document: `make page`.
 *
 * @import { Answer, Body, Query, paths } from "taproom-api"
 */

import * as signIn from "./sign-in.mjs";
import { words } from "./words.mjs";

/** @typedef {AbortSignal | undefined} Signal Aborting it ends the call. */
/** @typedef {{ username: string } | { ratings: Record<string, number> }} Identity */

// The page may be served below a path: the API is where this module's folder is.
const API = new URL("../", import.meta.url);
const TIMEOUT = 30_000; // milliseconds; the function behind the API gives up after 29 seconds
// Where the API says `retry-after`, up to so many seconds, the page asks again by itself.
const LONGEST_WAIT = 10;
const TRIES = 4;

/** Why there is no answer, in a sentence for a guest. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 where the API was not reached
   * @param {string} message
   * @param {string | null} requestId
   * @param {string | null | undefined} apiMessage What the API said itself, in English.
   */
  constructor(status, message, requestId = null, apiMessage = null) {
    super(message);
    this.status = status;
    this.apiMessage = apiMessage;
    this.requestId = requestId;
  }
}

/**
 * @param {Identity} identity
 * @param {Query<"/users/{username}/recommendations">} query
 * @param {Signal} [signal]
 */
export function recommendations(identity, query, signal) {
  return "username" in identity
    ? get("/users/{username}/recommendations", query, signal, identity.username)
    : recommendationsFor({ ...identity, ...query }, signal);
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
 */
export async function takeBackReview(username, beerId) {
  const address = addressOf("/users/{username}/reviews/{beer_id}", username, beerId);
  await answer(address, { method: "DELETE" }, undefined);
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

/**
 * @template {keyof paths} Path
 * @param {Path} path
 * @param {Query<Path>} query
 * @param {Signal} [signal]
 * @param {string} [username] Of a path that has one.
 * @returns {Promise<Answer<Path, "get">>}
 */
function get(path, query, signal, username) {
  const address = addressOf(path, username);
  for (const [name, value] of Object.entries(query)) {
    if (isGiven(value)) address.searchParams.set(name, String(value));
  }
  return answer(address, {}, signal);
}

/**
 * @template {keyof paths} Path
 * @param {Path} path
 * @param {Body<Path>} body
 * @param {Signal} [signal]
 * @param {string} [username] Of a path that has one.
 * @returns {Promise<Answer<Path, "post">>}
 */
function post(path, body, signal, username) {
  const given = Object.entries(body).filter(([, value]) => isGiven(value));
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(given)),
  };
  return answer(addressOf(path, username), request, signal);
}

/** @param {unknown} value */
function isGiven(value) {
  return value !== null && value !== undefined && value !== "";
}

/**
 * @param {keyof paths} path
 * @param {string} [username]
 * @param {string} [beerId]
 */
function addressOf(path, username = "", beerId = "") {
  // API Gateway decodes a path once before it looks for the route: a slash in a name has to be
  // encoded twice to get through.
  /** @type {Record<string, string>} */
  const names = { "{username}": username, "{beer_id}": beerId };
  const filled = path.replace(/\{\w+\}/g, (name) =>
    encodeURIComponent(encodeURIComponent(names[name] ?? "")),
  );
  return new URL(filled.slice(1), API);
}

/**
 * @param {URL} address
 * @param {RequestInit} request
 * @param {Signal} signal
 */
async function answer(address, request, signal) {
  for (let tries = 1; ; tries++) {
    const response = await send(address, request, signal);
    if (response.status === 204) return undefined;
    if (response.ok) return response.json();
    const wait = Number(response.headers.get("retry-after") ?? Infinity);
    if (response.status !== 503 || wait > LONGEST_WAIT || tries === TRIES) {
      throw await errorOf(response);
    }
    await pause(wait * 1000, signal);
  }
}

/**
 * @param {URL} address
 * @param {RequestInit} request
 * @param {Signal} signal
 */
async function send(address, request, signal) {
  const limit = AbortSignal.timeout(TIMEOUT);
  const headers = new Headers(request.headers);
  const token = signIn.token();
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  try {
    const either = signal ? AbortSignal.any([signal, limit]) : limit;
    return await fetch(address, { ...request, headers, signal: either });
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = limit.aborted ? words.failures.tooLong : words.failures.unreachable;
    throw new ApiError(0, message);
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const { code, message } = await response.json().catch(() => ({}));
  const said = messageOf(response, code, message);
  const requestId = response.headers.get("x-request-id");
  return new ApiError(response.status, said, requestId, said === message ? null : message);
}

/**
 * @param {Response} response
 * @param {string | undefined} code
 * @param {string | undefined} message The API's own, in English.
 */
function messageOf(response, code, message) {
  if (response.status === 401) {
    signIn.forget();
    return words.failures.signIn;
  }
  if (response.status === 429 && code === undefined) return words.failures.tooMany;
  /** @type {Record<string, string>} */
  const codes = words.failures.codes;
  return codes[code ?? ""] ?? message ?? words.failures.unexplained(response.status);
}

/**
 * @param {number} milliseconds
 * @param {Signal} signal
 * @returns {Promise<void>} Rejected where `signal` is aborted meanwhile.
 */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
