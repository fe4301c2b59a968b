/**
 * What is asked of the list: it stays while the guest looks at the other views.
 *
 * @import { ApiError } from "../api.mjs"
 * @import { Menu, Recommendations } from "taproom-api"
 * @import { BeerFilter } from "../widgets/filters.mjs"
 */

import * as api from "../api.mjs";
import * as device from "../device.mjs";
import * as guest from "../guest.mjs";
import * as earlier from "../offline/earlier.mjs";
import { NO_FILTER, isNarrowed } from "../widgets/filters.mjs";

/**
 * @typedef {{ username: string | null, filter: BeerFilter, menu: string | null,
 *   limit: number }} ListQuery
 */

export const STEP = 10;
export const LONGEST_LIST = 100;
// Where a guest wants less of a style, so many times as many beers are asked for.
const AMPLE = 3;

export const shown = { query: newQuery(null) };

/**
 * @param {string | null} username
 * @returns {ListQuery}
 */
export function newQuery(username) {
  return { username, filter: { ...NO_FILTER }, menu: null, limit: STEP };
}

/**
 * Have the list narrowed when it is shown next.
 *
 * @param {Partial<BeerFilter>} filter
 */
export function narrowList(filter) {
  shown.query = { ...newQuery(guest.username()), filter: { ...NO_FILTER, ...filter } };
}

/**
 * @param {ListQuery} query
 * @param {AbortSignal} signal
 * @param {boolean} [quick] Whether not to wait until the models are awake.
 * @returns {Promise<Recommendations | Menu>}
 */
export async function ask({ filter, menu, limit }, signal, quick = true) {
  const asked = { ...filter, explain: true, quick };
  if (menu !== null) {
    return api.menu(guest.identity(), { ...asked, limit: LONGEST_LIST, menu }, signal);
  }
  // Who narrows the list to a style wants to see it.
  const less = filter.style === null ? device.all("less") : [];
  const enough = less.length === 0 ? limit : Math.min(AMPLE * limit, LONGEST_LIST);
  const exclude = device.all("dismissed");
  const all = { ...asked, limit: enough, exclude };
  const answer = await api.recommendations(guest.identity(), all, signal);
  const beers = answer.beers.filter(({ style }) => style === null || !less.includes(style));
  return { ...answer, beers: beers.slice(0, limit) };
}

/**
 * The list as it was last, for when there is no signal, unless it is of a menu or filtered: who
 * comes back has neither.
 */
export const earlierList = {
  /** @param {ListQuery} query @param {Recommendations | Menu} answer */
  keep(query, answer) {
    if (isPlain(query)) earlier.keep("list", guest.username(), answer);
  },

  /** @param {ListQuery} query @param {ApiError} error Why there is no newer one. */
  async find(query, error) {
    return isPlain(query) ? earlier.find("list", guest.username(), error) : null;
  },
};

/** @param {ListQuery} query */
function isPlain({ filter, menu }) {
  return menu === null && !isNarrowed(filter);
}
