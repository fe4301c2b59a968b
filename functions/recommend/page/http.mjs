/**
 * How Taproom's API is called: with the guest's token, patiently, and with errors that a guest
 * understands.
 *
 * @import { Answer, Body, Query, paths } from "taproom-api"
 */

import * as signIn from "./sign-in.mjs";
import { words } from "./words.mjs";

/** @typedef {AbortSignal | undefined} Signal Aborting it ends the call. */

// The page may be served below a path: the API is where this module's folder is.
export const API = new URL("../", import.meta.url);
const TIMEOUT = 30_000; // milliseconds; the function behind the API gives up after 29 seconds
// Where the API says `retry-after`, up to so many seconds, the page asks again by itself.
const LONGEST_WAIT = 10;
const TRIES = 4;
/** @type {Set<Promise<Response>>} */
const underWay = new Set();

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
 * @template {keyof paths} Path
 * @param {Path} path
 * @param {Query<Path>} query
 * @param {Signal} [signal]
 * @param {string} [username] Of a path that has one.
 * @param {string} [beerId] Likewise.
 * @returns {Promise<Answer<Path, "get">>}
 */
export function get(path, query, signal, username, beerId) {
  const address = addressOf(path, username, beerId);
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
 * @param {Record<string, string>} [query]
 * @returns {Promise<Answer<Path, "post">>}
 */
export function post(path, body, signal, username, query = {}) {
  const given = Object.entries(body).filter(([, value]) => isGiven(value));
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(given)),
  };
  const address = addressOf(path, username);
  address.search = new URLSearchParams(query).toString();
  return answer(address, request, signal);
}

/**
 * @param {keyof paths} path
 * @param {string} username
 * @param {string} beerId
 * @param {Record<string, string>} query
 * @returns {Promise<void>}
 */
export function remove(path, username, beerId, query) {
  const address = addressOf(path, username, beerId);
  address.search = new URLSearchParams(query).toString();
  return answer(address, { method: "DELETE" }, undefined);
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
export async function answer(address, request, signal) {
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
    return await noted(fetch(address, { ...request, headers, signal: either }));
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = limit.aborted ? words.failures.tooLong : words.failures.unreachable;
    throw new ApiError(0, message);
  }
}

/** @param {Promise<Response>} call */
function noted(call) {
  underWay.add(call);
  return call.finally(() => underWay.delete(call));
}

/** @returns {Promise<unknown>} Once there is an answer, or none, to all that is asked for now. */
export function answered() {
  return Promise.allSettled(underWay);
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
