/** Rating a beer wherever it is shown: saved, told, and taken back by the same words. */

import * as guest from "../guest.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";

/** @typedef {{ beer_id: string } & Omit<guest.Rating, "score" | "text">} Beer */
/** @typedef {(news: string, ways?: Record<string, () => unknown>) => unknown} Tell */

/**
 * @param {Beer & { name: string }} beer
 * @param {number} score
 * @param {object} more
 * @param {number | null} more.before The score that the guest gave before.
 * @param {string | null} [more.follows] The answer that showed the beer.
 * @param {Tell} more.tell What has happened and can be done about it, once it is saved.
 * @returns {Promise<boolean>} Whether it is saved.
 */
export async function rate(beer, score, { before, follows = null, tell }) {
  try {
    await guest.rate(beer, score, follows);
  } catch (error) {
    notify(words.rating.notSaved(beer.name, error.message));
    return false;
  }
  const undo = async () => {
    try {
      if (before === null) await guest.takeBack(beer.beer_id);
      else await guest.rate(beer, before);
    } catch (error) {
      notify(words.rating.notTakenBack(beer.name, error.message));
      return;
    }
    await tell(words.rating.takenBack(beer.name));
  };
  await tell(words.rating.given(beer.name, score), { [words.rating.undo]: undo });
  return true;
}
