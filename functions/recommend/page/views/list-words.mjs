/**
 * What is said of the list as a whole.
 *
 * @import { Recommendations } from "taproom-api"
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

/**
 * What the guest should know about an answer.
 *
 * @param {Pick<Recommendations, "beers" | "reasons" | "near_usernames">} answer
 * @param {{ filter: BeerFilter, menu: string | null }} query
 * @returns {string | null}
 */
export function noteOf({ beers, reasons, near_usernames: names }, { filter, menu }) {
  /** @type {Record<typeof reasons[number], () => string>} */
  const sentences = {
    quick: () => words.notes.quick,
    "no retrieval": () => words.notes.noRetrieval,
    "unknown history": () => words.notes.unknownHistory,
    "no ranking": () => words.notes.noRanking,
    "too few": () => words.notes.tooFew(beers.length, menu !== null, isNarrowed(filter)),
    "near usernames": () => words.notes.nearUsernames(names),
  };
  return reasons.map((reason) => sentences[reason]()).join(" ") || null;
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
