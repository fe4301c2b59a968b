/**
 * Rating a beer wherever it is shown: saved, told, and taken back by the same words.
 *
 * @import { ApiError } from "../api.mjs"
 */

import * as guest from "../guest.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";

/** @typedef {(news: string, ways?: Record<string, () => unknown>) => unknown} Tell */

/**
 * @param {guest.Beer & { name: string }} beer
 * @param {number} score
 * @param {object} more
 * @param {number | null} more.before The score that the guest gave before.
 * @param {string | null} [more.follows] The answer that showed the beer.
 * @param {Tell} more.tell What has happened and can be done about it, once it is saved.
 * @returns {Promise<boolean>} Whether it is saved, or will be.
 */
export async function rate(beer, score, { before, follows = null, tell }) {
  let why;
  try {
    why = await guest.rate(beer, score, follows);
  } catch (error) {
    notify(words.rating.notSaved(beer.name, error.message));
    return false;
  }
  const undo = async () => {
    let why;
    try {
      why = await (before === null ? guest.takeBack(beer) : guest.rate(beer, before));
    } catch (error) {
      notify(words.rating.notTakenBack(beer.name, error.message));
      return;
    }
    await tell(words.rating.takenBack(beer.name) + sentLater(why));
  };
  await tell(words.rating.given(beer.name, score) + sentLater(why), { [words.rating.undo]: undo });
  return true;
}

/**
 * When what the guest has said is sent, to be said behind that.
 *
 * @param {ApiError | null} why It is not sent yet; null where it is.
 */
export function sentLater(why) {
  if (why === null) return "";
  return ` ${why.status === 401 ? words.rating.sentAfterSignIn : words.rating.sentLater}`;
}
