/** The calls of Taproom's API that the page makes: docs/api.md. */

// The page may be served below a path: the API is where the modules' folder is.
const HERE = new URL("../", import.meta.url);
const PATIENCE = 30_000; // milliseconds; the function behind the API gives up after 29 seconds
const WAKING = { longest: 10, tries: 4 }; // asked again by itself where the API says `retry-after` up to so many seconds

/** Why there is no answer, in a sentence for a guest; `status` is 0 where the API was not reached. */
export class NoAnswer extends Error {
  constructor(status, message, requestId = null, nearest = []) {
    super(message);
    this.status = status;
    this.requestId = requestId;
    this.nearest = nearest;
  }
}

export const recommendations = (guest, scores, wishes, signal) =>
  guest?.username === undefined
    ? post("recommendations", { ratings: scores, ...wishes }, signal)
    : get(`users/${segment(guest.username)}/recommendations`, wishes, signal);

export const anyones = (body, signal) => post("recommendations", body, signal);

export const menu = (guest, scores, body, signal) =>
  post("menu", guest?.username === undefined ? { ratings: scores, ...body } : { username: guest.username, ...body }, signal);

export const beers = (wishes, signal) => get("beers", wishes, signal);
export const styles = () => get("styles", {});
export const breweries = (search, signal) => get("breweries", { search, limit: 8 }, signal);
export const users = (prefix, signal) => get("users", { prefix, limit: 8 }, signal);
export const reviews = (username, wishes, signal) => get(`users/${segment(username)}/reviews`, wishes, signal);
export const review = (username, beerId, score) =>
  post(`users/${segment(username)}/reviews`, { beer_id: beerId, score });
export const release = (signal) => get("release", {}, signal);
export const releases = (signal) => get("releases", { limit: 30 }, signal);
export const reportAddress = () => new URL("report", HERE).href;

/** API Gateway decodes a path once before it looks for the route: a slash has to be encoded twice to get through. */
export function segment(name) {
  return encodeURIComponent(encodeURIComponent(name));
}

function get(path, query, signal) {
  const address = new URL(path, HERE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") address.searchParams.set(name, value);
  }
  return answered(address, {}, signal);
}

function post(path, body, signal) {
  const given = Object.entries(body).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(given)),
  };
  return answered(new URL(path, HERE), request, signal);
}

async function answered(address, request, signal) {
  for (let tries = 1; ; tries++) {
    const response = await sent(address, request, signal);
    if (response.ok) return response.json();
    const after = Number(response.headers.get("retry-after") ?? Infinity);
    if (response.status !== 503 || after > WAKING.longest || tries === WAKING.tries) throw await failure(response);
    await pause(after * 1000, signal);
  }
}

async function sent(address, request, signal) {
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    return await fetch(address, { ...request, signal: signal ? AbortSignal.any([signal, limit]) : limit });
  } catch (error) {
    if (signal?.aborted) throw error;
    const sentence = limit.aborted
      ? "The answer takes too long. Try again in a moment."
      : "Taproom can’t be reached. Check your connection and try again.";
    throw new NoAnswer(0, sentence);
  }
}

async function failure(response) {
  const said = await response.json().catch(() => ({}));
  const message =
    response.status === 429
      ? "Many guests are asking at once. Try again in a few seconds."
      : (said.message ?? `Taproom answered ${response.status} without saying why. Try again in a minute.`);
  return new NoAnswer(response.status, message, response.headers.get("x-request-id"), said.nearest ?? []);
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
