/**
 * What is said of the list as a whole.
 *
 * @import { BeerFilter } from "../widgets/filters.mjs"
 */

import * as guest from "../guest.mjs";
import { isNarrowed } from "../widgets/filters.mjs";
import { emptyState } from "../widgets/placeholders.mjs";
import { words } from "../words.mjs";

/** Where the list comes from, if the API has nothing to say about it. */
export function defaultLede() {
  if (!guest.isNewcomer()) return words.list.lede;
  const number = Object.keys(guest.ratings()).length;
  if (number === 0) return words.list.ledeOfNobody;
  return words.list.ledeOfNewcomer(number);
}

/** @param {number} number */
export function addedBeers(number) {
  return number === 0 ? words.list.unchanged : words.list.added(number);
}

/**
 * @param {{ filter: BeerFilter, menu: string | null }} query
 * @param {string | null} note
 */
export function emptyList({ filter, menu }, note) {
  if (menu !== null) {
    const sentence = note ?? words.list.nothingOnMenuHint;
    return emptyState(words.list.nothingOnMenu, sentence);
  }
  if (isNarrowed(filter)) {
    return emptyState(words.list.nothingLikeThat, note ?? words.list.nothingLikeThatHint);
  }
  return emptyState(words.list.nothingLeft, note ?? words.list.nothingLeftHint);
}
