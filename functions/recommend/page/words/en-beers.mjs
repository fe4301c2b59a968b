/** What the page says in English of single beers, of the first screen, and of somebody's taste. */

import { capital, count, givenScore, predictedScore, wholeNumber } from "../formats.mjs";
import { item } from "./items/en.mjs";

const { one, other, maker, style, had, hadIt } = item;
const ITEMS = { one, other };
const RATINGS = { one: "rating", other: "ratings" };

export const beers = {
  welcome: {
    heading: `What’s your next ${one}?`,
    lede: "What people here love and what is on the rise. Five taps, and the list is yours.",
    taps: "I’m new: five taps to your taste",
    known: "I’ve rated before",
    loved: "Well loved",
    search: `Find a ${one}`,
    searchBy: `Name, ${maker} or ${style}`,
    /** @param {string} text */
    noMatch: (text) => `No ${one} matches “${text}”.`,
    /** @param {number} ratings */
    keep: (ratings) => `Keep my ${count(ratings, RATINGS)}`,
  },
  taps: {
    heading: "Five taps to your taste",
    lede: `${hadIt} Tap how you liked it. The list moves with every tap.`,
    question: `A ${one} that you may know`,
    notHad: `Haven’t ${had} it`,
    notHadOf: (/** @type {string} */ beer) => `Haven’t ${had} it: ${beer}`,
    noneLeft: "That’s all we would ask about.",
    search: "Or one that you know",
    searchBy: `Search by name or ${maker}`,
    list: "Your list so far",
    listOfNobody: "What everybody loves, so far",
    skip: "Skip",
    done: `See my ${other}`,
    /** @param {number} rated @param {number} of */
    progress: (rated, of) =>
      rated >= of
        ? `${count(rated, ITEMS)} rated: that’s a taste`
        : `${wholeNumber(rated)} of ${wholeNumber(of)} taps`,
  },
  actions: {
    wish: "Wish list",
    wishOf: (/** @type {string} */ beer) => `Wish list: ${beer}`,
    wished: (/** @type {string} */ beer) => `${beer} is on your wish list.`,
    unwished: (/** @type {string} */ beer) => `${beer} is off your wish list.`,
    similar: "Similar",
    similarOf: (/** @type {string} */ beer) => `Similar to ${beer}`,
    dismiss: "Not for me",
    dismissOf: (/** @type {string} */ beer) => `Not for me: ${beer}`,
    dismissed: (/** @type {string} */ beer) => `You won’t see ${beer} here again.`,
    restore: "Show again",
    restoreOf: (/** @type {string} */ beer) => `Show again: ${beer}`,
    restored: (/** @type {string} */ beer) => `${beer} may be on your list again.`,
    share: "Share this list",
    shareBeer: "Share",
    shared: "The link is copied: whoever opens it sees the same.",
    /** @param {string} address */
    notShared: (address) => `Copy this address: ${address}`,
  },
  why: {
    /** @param {string} beer @param {number} given */
    like: (beer, given) => `Like ${beer}, which you gave ${givenScore(given)}`,
    probe: "Something different, drawn by chance to learn who likes it",
    /** @param {number} reviews */
    fits: (reviews) => `It fits your taste as a whole; it has ${count(reviews, RATINGS)}.`,
    /** @param {string} score @param {number} reviews */
    loved: (score, reviews) =>
      `Loved by those who’ve ${had} it: ${score} on average of ${count(reviews, RATINGS)}.`,
    stronger: "Stronger than you usually drink",
    lighter: "Lighter than you usually drink",
    newStyle: (/** @type {string} */ name) => `New to you: ${name}`,
    wellKnown: "quite sure",
    known: "fairly sure",
    littleKnown: "a guess",
    new: "a bold guess",
  },
  beer: {
    /** @param {number} reviews @param {string} mean */
    everybody: (reviews, mean) => `Everybody: ${mean} of 5, from ${count(reviews, RATINGS)}`,
    unrated: "Nobody has rated it yet",
    /** @param {string} score */
    youdGive: (score) => `You’d give it ${score}`,
    /** @param {number} score */
    youGave: (score) => `You gave it ${givenScore(score)}`,
    yours: "Your rating",
    note: "A note of your own",
    noteHint: "Saved with your rating, and kept on this device.",
    saveNote: "Save note",
    noteSaved: "Your note is saved.",
    noteNeedsScore: "Your note is kept on this device: it goes along with your rating.",
    similar: "More like this",
    ofBrewery: (/** @type {string} */ brewery) => `More by ${brewery}`,
  },
  brewery: {
    /** @param {number} beers */
    beers: (beers) => `${count(beers, ITEMS)}, the best known first`,
    more: `Show more ${other}`,
  },
  chosen: {
    wishes: "My wish list",
    wishesLede: "What you want to try, best match first. It stays on this device.",
    noWishes: "Nothing on your wish list",
    noWishesHint: `“Wish list” on a ${one}’s card puts it here.`,
    dismissed: "Not for me",
    dismissedLede: "What you don’t want to see on your list. It stays on this device.",
    noneDismissed: "Nothing is hidden from you",
    noneDismissedHint: `“Not for me” on a ${one}’s card puts it here.`,
    list: `A list of ${other}`,
    listLede: `Somebody shared these ${other}: here they come by your taste.`,
    noList: "Nothing on this list",
    noListHint: `None of its ${other} is known here.`,
    find: `Find ${other}`,
  },
  taste: {
    title: "My taste",
    lede:
      "What the model makes of your ratings. " +
      `Is it wrong? Rate a ${one} of that kind, or ask for less of it.`,
    nothing: "No taste yet",
    nothingHint: `Five taps on ${other} that you know, and here is what the model makes of them.`,
    styles: `${capital(style)}s`,
    strengths: "Strengths",
    breweries: `By ${maker}`,
    allStyles: `Show every ${style}`,
    /** @param {number} score */
    predicted: (score) => `you’d give ${predictedScore(score)}`,
    /** @param {number} score @param {number} ratings */
    given: (score, ratings) => `you gave ${predictedScore(score)} (${count(ratings, RATINGS)})`,
    less: "Less",
    lessOf: (/** @type {string} */ name) => `Less of this ${style}: ${name}`,
    lessNow: (/** @type {string} */ name) => `Your list leaves out ${name} on this device.`,
    moreNow: (/** @type {string} */ name) => `Your list has ${name} again.`,
    rate: "Rate",
    rateOf: (/** @type {string} */ name) => `Rate ${other}: ${name}`,
    /** @param {number} mean */
    legend: (mean) =>
      `Right of the middle is more than your average of ${predictedScore(mean)}. ` +
      "Filled: what you’d give. Ring: what you gave.",
  },
  keep: {
    heading: "Keep your ratings",
    /** @param {number} ratings */
    lede: (ratings) =>
      `${count(ratings, RATINGS)} on this device. Choose a name, and they are yours anywhere.`,
    /** @param {number} ratings */
    signIn: (ratings) => `${count(ratings, RATINGS)} on this device go along when you sign in.`,
    name: "Choose a name",
    choose: "Keep them under this name",
    /** @param {string} name */
    taken: (name) => `Somebody is called “${name}” already: choose another name.`,
    /** @param {number} ratings */
    kept: (ratings) => `${count(ratings, RATINGS)} kept.`,
    /** @param {string} why */
    notKept: (why) => `Not all of your ratings could be kept: ${why}`,
  },
  families: {
    lager: "Lagers and pilsners",
    wheat: "Wheat beers",
    pale: "Pale ales",
    ipa: "India pale ales",
    amber: "Amber and red",
    brown: "Brown",
    dark: "Stouts and porters",
    belgian: "Belgian and farmhouse",
    strong: "Barley wines and strong ales",
    sour: "Sour and wild",
    fruit: "Fruit, spice and honey",
    other: "Others",
  },
};
