/**
 * What the page says in English: each other language has the same keys.
 *
 * A key names the place where something is said; whatever depends on a name or a number is a
 * function of it. Numbers and lists arrive as they are, and are written by ../formats.mjs.
 *
 * @typedef {typeof words} Words
 */

import { count, enumeration, givenScore, plural, wholeNumber } from "../formats.mjs";
import { model } from "./en-model.mjs";

const BEERS = { one: "beer", other: "beers" };
const RATINGS = { one: "rating", other: "ratings" };
const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
/** @type {Partial<Record<Intl.LDMLPluralRule, string>>} */
const ORDINAL_ENDINGS = { one: "st", two: "nd", few: "rd" };

/** @param {number} number */
function ordinal(number) {
  return `${wholeNumber(number)}${ORDINAL_ENDINGS[ORDINAL.select(number)] ?? "th"}`;
}

export const words = {
  frame: {
    skip: "Skip to the content",
    views: "Views",
    beers: "Beers",
    ratings: "My ratings",
    model: "Model",
    whoAreYou: "Who are you?",
    youAre: "You are ",
    newcomer: "Newcomer",
  },
  titles: {
    whoAreYou: "Who are you?",
    firstRatings: "Beers you know",
    beers: "Beers for you",
    ratings: "My ratings",
    model: "The model",
  },
  failures: {
    noConnection: "No connection to the bar",
    noAnswer: "That didn’t pour",
    tooLong: "The answer takes too long. Try again in a moment.",
    unreachable: "Taproom can’t be reached. Check your connection and try again.",
    signIn: "Sign in, and it pours: whoever asks about a guest has to be that guest.",
    tooMany: "Many guests are asking at once. Try again in a few seconds.",
    /** @param {number} status */
    unexplained: (status) =>
      `Taproom answered ${status} without saying why. Try again in a minute.`,
    tryAgain: "Try again",
    /** @param {string} id */
    request: (id) => `Request ${id}`,
  },
  whoAreYou: {
    somebodyElse: "Somebody else?",
    heading: "What’s your next beer?",
    lede: "Tell Taproom who you are, and it picks from everything you have rated.",
    /** @param {string} name */
    youAre: (name) => `You are ${name}. `,
    youAreNewcomer: "You are a newcomer on this device. ",
    forgetMe: "Forget me",
    signOut: "Sign out",
    username: "Your username",
    beginToType: "Begin to type it",
    /** @param {string} text */
    nobody: (text) => `Nobody’s name begins with “${text}”.`,
    ratedBefore: "I’ve rated beers before",
    open: "This Taproom is open, for trying out: anyone may be anyone.",
    signIn: "Sign in",
    yours: "Your ratings are yours alone: sign in to use them.",
    programsOnly: "Here only programs can ask about those who have rated, not this page.",
    newHere: "I’m new here",
    onThisDevice: "Rate a few beers that you know. Your scores stay on this device.",
    goOn: "Go on rating",
    rateAFew: "Rate a few beers",
  },
  firstRatings: {
    heading: "Which of these do you know?",
    lede: "Tap a score for those you’ve had; leave out the rest.",
    list: "Well-known beers",
    others: "I know none of these: show others",
    search: "Another beer you know",
    searchBy: "Search by name or brewery",
    /** @param {string} text */
    noMatch: (text) => `No beer matches “${text}”.`,
    skip: "Skip",
    done: "See my beers",
    none: "Three make a good start",
    /** @param {number} rated @param {number} missing */
    some: (rated, missing) =>
      `${rated} rated, ${missing} more ` +
      `${plural(missing, { one: "makes", other: "make" })} a good start`,
    /** @param {number} rated */
    enough: (rated) => `${count(rated, BEERS)} rated`,
  },
  list: {
    name: "Beers to try",
    section: "The list",
    more: "Show more beers",
    lede: "Picked from what you have rated so far, best match first.",
    ledeOfNobody: "Rate a beer that you know, and the list becomes yours.",
    /** @param {number} ratings */
    ledeOfNewcomer: (ratings) =>
      `Picked from your ${count(ratings, RATINGS)} on this device, best match first.`,
    /** @param {number} beers */
    length: (beers) =>
      beers === 0 ? "No beers on your list." : `${count(beers, BEERS)} on your list.`,
    unchanged: "The list stays as it is.",
    /** @param {number} beers */
    added: (beers) => `${count(beers, { one: "beer is", other: "beers are" })} new on your list.`,
    /** @param {string} why */
    stale: (why) => `The list could not be brought up to date: ${why}`,
    nothingOnMenu: "Nothing new on this menu",
    nothingOnMenuHint: "None of its lines is a beer that you have yet to try.",
    nothingLikeThat: "No beer is like that",
    nothingLikeThatHint: "Try another style, brewery or strength.",
    nothingLeft: "Nothing left to try",
    nothingLeftHint: "You have rated every beer there is.",
  },
  filters: {
    name: "Narrow the list",
    /** @param {number} set */
    open: (set) => (set === 0 ? "Filters" : `Filters (${set})`),
    clear: "Clear filters",
    style: "Style",
    anyStyle: "Any style",
    strength: "Strength",
    anyStrength: "Any strength",
    light: "Light, under 4.5 %",
    regular: "Regular, 4.5 to 6.4 %",
    strong: "Strong, 6.5 to 8.9 %",
    veryStrong: "Very strong, 9 % and up",
    brewery: "Brewery",
    anyBrewery: "Any brewery",
    /** @param {string} text */
    noBrewery: (text) => `No brewery has “${text}” in its name.`,
    /** @param {number} beers */
    beers: (beers) => count(beers, BEERS),
    /** @param {number} offers */
    offers: (offers) => count(offers, { one: "offer", other: "offers" }),
  },
  card: {
    wellKnown: "Many have rated it: the catalogue is sure about it.",
    known: "Some have rated it: the catalogue knows it fairly well.",
    littleKnown: "Few have rated it: take the score with a grain of salt.",
    new: "Nobody has rated it yet: the score goes by its style, brewery and strength.",
    /** @param {string} line */
    onMenuAs: (line) => `On the menu as “${line}”`,
    styleUnknown: "Style unknown",
    /** @param {string[]} places @param {string | null} price */
    poured: (places, price) =>
      ["Poured", places.length > 0 && `at ${enumeration(places)}`, price !== null && `for ${price}`]
        .filter(Boolean)
        .join(" "),
    /** @param {string} score */
    yourScore: (score) => `${score} of 5 is what you’d give`,
    /** @param {string} score */
    everybodysScore: (score) => `${score} of 5 is what everybody gave`,
    youdGive: "you’d give",
    everyone: "everyone",
    /** @param {string} brewery @param {number} given */
    near: (brewery, given) => ` by ${brewery}, you gave it ${givenScore(given)}`,
    /** @param {boolean} style @param {boolean} brewery */
    same: (style, brewery) =>
      `same ${style && brewery ? "style and brewery" : style ? "style" : "brewery"}`,
    noMatch: "It is not among the beers that match your taste best.",
    /** @param {number} place */
    match: (place) => `It is your ${ordinal(place)} best match of all beers.`,
    /** @param {number} match @param {number} score @param {number} both */
    matchAndScore: (match, score, both) =>
      `It is your ${ordinal(match)} best match of all beers, ` +
      `and ${ordinal(score)} by what you’d give: ${ordinal(both)} by both.`,
  },
  rating: {
    prompt: "Had it?",
    /** @param {string} beer */
    of: (beer) => `Your score for ${beer}`,
    /** @param {number} score */
    outOf: (score) => `${givenScore(score)} of 5`,
    /** @param {number} score */
    save: (score) => `Save ${givenScore(score)}`,
    /** @param {string} beer @param {number} score */
    given: (beer, score) => `You gave ${beer} ${givenScore(score)}.`,
    undo: "Undo",
    /** @param {string} beer @param {string} why */
    notSaved: (beer, why) => `Your score for ${beer} was not saved: ${why}`,
    /** @param {string} beer */
    takenBack: (beer) => `Your score for ${beer} is taken back.`,
    /** @param {string} beer @param {string} why */
    notTakenBack: (beer, why) => `Your score for ${beer} was not taken back: ${why}`,
  },
  ratings: {
    lede: "What you gave, beside what the model predicts without having been told.",
    more: "Show older ratings",
    /** @param {number} total @param {string} error */
    accuracy: (total, error) =>
      `Over ${count(total, RATINGS)} the model is ${error} off on average, ` +
      "without having been told.",
    /** @param {number} shown @param {number} total @param {string} error */
    accuracyOfLatest: (shown, total, error) =>
      `Over your latest ${shown} of ${count(total, RATINGS)} the model is ${error} off ` +
      "on average, without having been told.",
    nothing: "Nothing rated yet",
    nothingHint: "Rate a beer, and here you see how well the model knows you.",
    rate: "Rate a beer",
    unlisted: "A beer that is no longer listed",
    retired: "retired",
    you: "You",
    model: "Model",
    change: "Change",
    /** @param {string} beer */
    changeOf: (beer) => `Change my score for ${beer}`,
    takeBack: "Take back",
    /** @param {string} beer */
    takeBackOf: (beer) => `Take back my score for ${beer}`,
  },
  menu: {
    invitation: "Only what’s on tap here",
    invitationHint: "Paste the menu, see what to order",
    heading: "What’s on tap?",
    label: "The menu",
    hint: "One beer a line. Prices, sizes and small typos don’t matter.",
    example:
      "One beer a line, as it is written:\n" +
      "Pilsner Urquell 0,5 l  4.90\nOld Rasputin, North Coast 9%\n…",
    find: "Find these beers",
    cancel: "Cancel",
    name: "On tap here",
    edit: "Edit menu",
    leave: "Show all beers",
    /** @param {number} lines */
    toTry: (lines) => count(lines, { one: "beer to try", other: "beers to try" }),
    /** @param {number} lines */
    had: (lines) => `${lines} you’ve had`,
    /** @param {number} lines */
    leftOut: (lines) => `${lines} left out by the filters`,
    /** @param {number} lines */
    doubtful: (lines) => `${lines} to make sure of`,
    /** @param {number} lines */
    doubtfulLines: (lines) => `Did you mean …? (${lines})`,
    /** @param {number} lines */
    hadLines: (lines) => `You’ve had (${lines})`,
    /** @param {number} lines */
    leftOutLines: (lines) => `Left out by the filters (${lines})`,
    /** @param {number} lines */
    unknownLines: (lines) => `No beer that is known here (${lines})`,
    /** @param {string} brewery @param {number | null} given */
    placed: (brewery, given) =>
      ` by ${brewery}${given === null ? "" : `, you gave it ${givenScore(given)}`}`,
    /** @param {string} text */
    line: (text) => `“${text}”`,
    /** @param {string} beer @param {string} brewery */
    isIt: (beer, brewery) => `Is it ${beer} by ${brewery}?`,
  },
  trending: {
    name: "Trending",
    list: "Trending beers",
    /** @param {number} days */
    hint: (days) => `Rated more in the last ${days} days than before.`,
    /** @param {number} recent @param {number} expected */
    rise: (recent, expected) =>
      `${count(recent, RATINGS)}, up from ${expected === 0 ? "hardly any" : wholeNumber(expected)}`,
  },
  model,
};
