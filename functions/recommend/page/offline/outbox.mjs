/**
 * Ratings on their way to the API. Each stays on the device until the API has taken or refused it,
 * and says when it was given: by that the API knows one that it has had already.
 */

import * as api from "../api.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";
import { within } from "./database.mjs";

/**
 * @typedef {object} Entry
 * @property {number} [id] Later ones have higher ones.
 * @property {string} username
 * @property {{ beer_id: string, name: string | null, brewery: string | null,
 *   style: string | null, abv: number | null }} beer
 * @property {number | null} score Null where the rating is taken back.
 * @property {string} text
 * @property {string | null} recommendation_id
 * @property {number} said_at In Unix milliseconds.
 */

const PAUSE = 30_000; // milliseconds until it is tried again where no event says that it may work
let timer = 0;
/** @type {Entry[]} As the database had them last, the latest last. */
let entries = [];

/** Learn what was left here by an earlier visit. */
export async function begin() {
  entries = await within("ratings", (ratings) => ratings.getAll()).catch(() => []);
}

/**
 * What waits to be sent for a user, the latest last.
 *
 * @param {string | null} username
 */
export function waiting(username) {
  return entries.filter((entry) => entry.username === username);
}

/**
 * Keep a rating and send it, after those that wait.
 *
 * @param {Entry} entry
 * @returns {Promise<api.ApiError | null>} Why it waits, null where the API has taken it.
 */
export async function give(entry) {
  const id = await put(entry);
  if (id === null) {
    await deliver(entry);
    return null;
  }
  return send(entry.username, id);
}

/**
 * @param {Entry} entry
 * @returns {Promise<number | null>} Its id, null where nothing can be kept.
 */
async function put(entry) {
  const id = await within("ratings", (ratings) => ratings.add(entry)).catch(() => null);
  await begin();
  return /** @type {number | null} */ (id);
}

/**
 * Send what waits for a user, in order, until something does not arrive; no other tab does so
 * meanwhile. What is refused for good is told, and goes.
 *
 * @param {string} username
 * @param {number | null} [own] The entry that somebody waits for: if it is refused, they are told.
 * @returns {Promise<api.ApiError | null>} Why something still waits.
 */
export async function send(username, own = null) {
  const sendAll = () => sendWaiting(username, own);
  const { refusal, failure, others } = await (navigator.locks?.request("taproom.outbox", sendAll) ??
    sendAll());
  if (others) dispatchEvent(new Event("sent"));
  if (refusal) throw refusal;
  return failure;
}

/**
 * @param {string} username
 * @param {number | null} own
 */
async function sendWaiting(username, own) {
  /** @type {{ refusal: any, failure: any, others: boolean }} */
  const outcome = { refusal: null, failure: null, others: false };
  clearTimeout(timer);
  const before = waiting(username).length;
  await begin();
  // Another tab may have sent some.
  outcome.others = waiting(username).length < before;
  for (const entry of waiting(username)) {
    try {
      await deliver(entry);
    } catch (error) {
      if (!isRefused(error)) {
        outcome.failure = error;
        if (error.status !== 401) timer = setTimeout(() => send(username), PAUSE);
        return outcome;
      }
      if (entry.id === own) outcome.refusal = error;
      else notify(words.rating.notSaved(entry.beer.name ?? "", error.message));
    }
    outcome.others ||= entry.id !== own;
    await remove(entry);
  }
  return outcome;
}

/** @param {Entry} entry */
async function deliver({ username, beer, score, text, recommendation_id, said_at }) {
  if (score === null) return api.takeBackReview(username, beer.beer_id, said_at);
  const review = { beer_id: beer.beer_id, score, text, recommendation_id, reviewed_at: said_at };
  await api.giveReview(username, review);
}

/**
 * Whether it would be refused again; who has to sign in may be taken later.
 *
 * @param {{ status?: number }} error
 */
function isRefused({ status = 0 }) {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

/** @param {Entry} entry */
async function remove({ id = 0 }) {
  await within("ratings", (ratings) => ratings.delete(id));
  entries = entries.filter((entry) => entry.id !== id);
}

/**
 * Forget what waits for a user.
 *
 * @param {string | null} username
 */
export async function forget(username) {
  for (const entry of waiting(username)) await remove(entry);
}
