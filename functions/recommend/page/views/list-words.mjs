/** What is said of the list as a whole. */

import { count } from "../formats.mjs";
import * as guest from "../guest.mjs";

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
