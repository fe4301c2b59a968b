/**
 * What is said of the list as a whole.
 *
 * @import { BeerFilter } from "../widgets/filters.mjs"
 */

import { count } from "../formats.mjs";
import * as guest from "../guest.mjs";
import { isNarrowed } from "../widgets/filters.mjs";
import { emptyState } from "../widgets/placeholders.mjs";

/** Where the list comes from, if the API has nothing to say about it. */
export function defaultLede() {
  if (!guest.isNewcomer()) return "Picked from what you have rated so far, best match first.";
  const number = Object.keys(guest.ratings()).length;
  if (number === 0) return "Rate a beer that you know, and the list becomes yours.";
  return `Picked from your ${count(number, "rating")} on this device, best match first.`;
}

/** @param {number} number */
export function addedBeers(number) {
  if (number === 0) return "The list stays as it is.";
  return `${count(number, "beer is", "beers are")} new on your list.`;
}

/**
 * @param {{ filter: BeerFilter, menu: string | null }} query
 * @param {string | null} note
 */
export function emptyList({ filter, menu }, note) {
  if (menu !== null) {
    const sentence = note ?? "None of its lines is a beer that you have yet to try.";
    return emptyState("Nothing new on this menu", sentence);
  }
  if (isNarrowed(filter)) {
    return emptyState("No beer is like that", note ?? "Try another style, brewery or strength.");
  }
  return emptyState("Nothing left to try", note ?? "You have rated every beer there is.");
}
