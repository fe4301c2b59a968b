/* eslint max-lines: off -- one file because all of a language is read together */
/**
 * What the page says in English: each other language has the same keys.
 *
 * A key names the place where something is said; whatever depends on a name or a number is a
 * function of it. Numbers and lists arrive as they are, and are written by ../formats.mjs.
 *
 * @typedef {typeof words} Words
 */

import { capital, count, enumeration, givenScore, wholeNumber } from "../formats.mjs";
import { strengths } from "../kind.mjs";
import { beers } from "./en-beers.mjs";
import { model } from "./en-model.mjs";
import { item } from "./items/en.mjs";

const { one, other, maker, style, had } = item;
const ITEMS = { one, other };
const ATTRIBUTES = strengths ? `${style}, ${maker} and strength` : `${style} and ${maker}`;
const RATINGS = { one: "rating", other: "ratings" };
const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
/** @type {Partial<Record<Intl.LDMLPluralRule, string>>} */
const ORDINAL_ENDINGS = { one: "st", two: "nd", few: "rd" };

/** @param {boolean} sameStyle @param {boolean} sameMaker */
function same(sameStyle, sameMaker) {
  return sameStyle && sameMaker ? `${style} and ${maker}` : sameStyle ? style : maker;
}

/** @param {number} number */
function ordinal(number) {
  return `${wholeNumber(number)}${ORDINAL_ENDINGS[ORDINAL.select(number)] ?? "th"}`;
}

export const words = {
  frame: {
    skip: "Skip to the content",
    views: "Views",
    beers: item.title,
    ratings: "My ratings",
    taste: "My taste",
    model: "Model",
    whoAreYou: "Sign in",
    youAre: "You are ",
    newcomer: "Newcomer",
  },
  titles: {
    whoAreYou: "Who are you?",
    taps: "Five taps to your taste",
    beers: `${item.title} for you`,
    ratings: "My ratings",
    model: "The model",
  },
  failures: {
    noConnection: item.noConnection,
    noAnswer: item.noAnswer,
    tooLong: "The answer takes too long. Try again in a moment.",
    unreachable: "Taproom can’t be reached. Check your connection and try again.",
    signIn: "Sign in first: whoever asks about a guest has to be that guest.",
    tooMany: "Many guests are asking at once. Try again in a few seconds.",
    /** By the API's own `code`. */
    codes: {
      bad_request: "Taproom can’t make sense of that.",
      forbidden: "That is another guest’s: sign in as that guest.",
      not_found: "There is no such thing here any more.",
      too_large: "That is too much at once: try it with less.",
      photos_used_up: "No more photos are read today: type or paste the lines.",
      no_model: "Taproom is still learning its first tastes. Come back in a while.",
      model_busy: "Taproom is waking up. Try again in a few seconds.",
      model_failed: "Taproom is out of order just now. Try again in a minute.",
      photo_failed: "The photo could not be read just now. Try again, or type the lines.",
      unreachable: "A part of Taproom can’t be reached. Try again in a few seconds.",
      failed: "Something broke in Taproom. Try again in a minute.",
    },
    /** @param {number} status */
    unexplained: (status) =>
      `Taproom answered ${status} without saying why. Try again in a minute.`,
    tryAgain: "Try again",
    /** @param {string} id */
    request: (id) => `Request ${id}`,
  },
  whoAreYou: {
    somebodyElse: "Somebody else?",
    lede: "Tell Taproom who you are, and it picks from everything you have rated.",
    /** @param {string} name */
    youAre: (name) => `You are ${name}. `,
    youAreNewcomer: "You are a newcomer on this device. ",
    forgetMe: "Forget me",
    signOut: "Sign out",
    /** @param {number} ratings */
    unsent: (ratings) =>
      `${count(ratings, { one: "change", other: "changes" })} still to be sent: ` +
      "that would be lost.",
    username: "Your username",
    beginToType: "Begin to type it",
    /** @param {string} text */
    nobody: (text) => `Nobody’s name begins with “${text}”.`,
    ratedBefore: `I’ve rated ${other} before`,
    open: "This Taproom is open, for trying out: anyone may be anyone.",
    signIn: "Sign in",
    yours: "Your ratings are yours alone: sign in to use them.",
    programsOnly: "Here only programs can ask about those who have rated, not this page.",
    newHere: "I’m new here",
    onThisDevice: `Rate a few ${other} that you know. Your scores stay on this device.`,
    goOn: "Go on rating",
    rateAFew: `Rate a few ${other}`,
  },
  list: {
    name: `${item.title} to try`,
    section: "The list",
    more: `Show more ${other}`,
    lede: "Picked from what you have rated so far, best match first.",
    ledeOfNobody: `Rate a ${one} that you know, and the list becomes yours.`,
    /** @param {number} ratings */
    ledeOfNewcomer: (ratings) =>
      `Picked from your ${count(ratings, RATINGS)} on this device, best match first.`,
    /** @param {number} beers */
    length: (beers) =>
      beers === 0 ? `No ${other} on your list.` : `${count(beers, ITEMS)} on your list.`,
    better: "The models are awake: this is your full list.",
    unchanged: "The list stays as it is.",
    /** @param {number} beers */
    added: (beers) =>
      `${count(beers, { one: `${one} is`, other: `${other} are` })} new on your list.`,
    /** @param {string} why */
    stale: (why) => `The list could not be brought up to date: ${why}`,
    /** @param {string} when */
    earlier: (when) => `Taproom can’t be reached: this is from ${when}.`,
    nothingOnMenu: `Nothing new on this ${item.menu}`,
    nothingOnMenuHint: `None of its lines is a ${one} that you have yet to try.`,
    nothingLikeThat: `No ${one} is like that`,
    nothingLikeThatHint: `Try another ${ATTRIBUTES.replace(" and ", " or ")}.`,
    nothingLeft: "Nothing left to try",
    nothingLeftHint: `You have rated every ${one} there is.`,
  },
  filters: {
    name: "Narrow the list",
    /** @param {number} set */
    open: (set) => (set === 0 ? "Filters" : `Filters (${set})`),
    clear: "Clear filters",
    style: capital(style),
    anyStyle: `Any ${style}`,
    /** @param {string} text */
    noStyle: (text) => `No ${style} has “${text}” in its name.`,
    strength: "Strength",
    anyStrength: "Any strength",
    /** @param {string} below */
    light: (below) => `Light, under ${below}`,
    /** @param {string} from @param {string} below */
    regular: (from, below) => `Regular, ${from} to ${below}`,
    /** @param {string} from @param {string} below */
    strong: (from, below) => `Strong, ${from} to ${below}`,
    /** @param {string} from */
    veryStrong: (from) => `Very strong, ${from} and up`,
    brewery: capital(maker),
    anyBrewery: `Any ${maker}`,
    /** @param {string} text */
    noBrewery: (text) => `No ${maker} has “${text}” in the name.`,
    /** @param {number} beers */
    beers: (beers) => count(beers, ITEMS),
    /** @param {number} offers */
    offers: (offers) => count(offers, { one: "offer", other: "offers" }),
  },
  /** Why these, or why so few: `reasons` of the API. */
  notes: {
    quick: `A quick list from the ${other} you rated; your full list follows in a moment.`,
    noRanking:
      "Predictions of scores are not at hand just now, " +
      `so these ${other} come in the order of nearness to your taste, ` +
      "with the scores that everybody gave.",
    noRetrieval:
      "Your own list is not at hand just now, " +
      `so these are the ${other} that everybody loves most, ` +
      "with the scores that they gave. Ask again in a minute.",
    unknownHistory:
      `You have not rated any ${one} that is known here, ` +
      `so these are the ${other} that everybody loves most, with the scores that they gave.`,
    /** @param {number} found @param {boolean} isMenu @param {boolean} isNarrowed */
    tooFew: (found, isMenu, isNarrowed) => {
      const few = found === 0 ? `No ${one}` : `Only ${count(found, ITEMS)}`;
      const where = isMenu ? `on this ${item.menu}` : "here";
      const match = !isNarrowed ? "" : found > 1 ? "match and " : "matches and ";
      const are = found > 1 ? "are" : "is";
      return `${few} ${where} ${match}${are} new to you.`;
    },
    /** @param {string[]} names */
    nearUsernames: (names) => `Did you mean ${names.join(" or ")}?`,
  },
  card: {
    wellKnown: "Many have rated it: the catalogue is sure about it.",
    known: "Some have rated it: the catalogue knows it fairly well.",
    littleKnown: "Few have rated it: take the score with a grain of salt.",
    new: `Nobody has rated it yet: the score goes by its ${ATTRIBUTES}.`,
    /** @param {string} line */
    onMenuAs: (line) => `On the ${item.menu} as “${line}”`,
    styleUnknown: `${capital(style)} unknown`,
    /** @param {string[]} places @param {string | null} price */
    poured: (places, price) =>
      [item.at, places.length > 0 && `at ${enumeration(places)}`, price !== null && `for ${price}`]
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
    /** @param {boolean} sameStyle @param {boolean} sameBrewery */
    same: (sameStyle, sameBrewery) => `same ${same(sameStyle, sameBrewery)}`,
    noMatch: "It is not among the beers that match your taste best.",
    /** @param {number} place */
    match: (place) => `It is your ${ordinal(place)} best match of all ${other}.`,
    /** @param {number} match @param {number} score @param {number} both */
    matchAndScore: (match, score, both) =>
      `It is your ${ordinal(match)} best match of all ${other}, ` +
      `and ${ordinal(score)} by what you’d give: ${ordinal(both)} by both.`,
  },
  rating: {
    prompt: item.hadIt,
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
    sentLater: "It is kept here, and sent as soon as Taproom can be reached.",
    sentAfterSignIn: "It is kept here, and sent once you have signed in.",
    /** @param {number | null} score */
    waits: (score) =>
      score === null
        ? "Taken back; still to be sent."
        : `You gave it ${givenScore(score)}; still to be sent.`,
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
    nothingHint: `Rate a ${one}, and here you see how well the model knows you.`,
    rate: `Rate a ${one}`,
    unlisted: `A ${one} that is no longer listed`,
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
    invitation: item.only,
    invitationHint: item.onlyHint,
    heading: item.whatIsOn,
    label: `The ${item.menu}`,
    hint: `One ${one} a line. ${item.noMatter} don’t matter.`,
    example: `One ${one} a line, as it is written:\n${item.example}\n…`,
    takePhoto: "Take or choose a photo",
    photo: "Your photo",
    reading: "Reading your photo …",
    /** @param {number} lines @param {number} known */
    read: (lines, known) =>
      `${count(lines, { one: "line", other: "lines" })} read, ${known} known here. ` +
      `Put right what is wrong, then find them.`,
    noPicture: "That picture can’t be opened here: choose a JPEG or PNG.",
    noText: "No text could be read. Try a sharper photo, or type the lines.",
    find: `Find these ${other}`,
    cancel: "Cancel",
    finding: "Finding them …",
    name: item.onHere,
    edit: `Edit ${item.menu}`,
    leave: `Show all ${other}`,
    /** @param {number} lines */
    toTry: (lines) => count(lines, { one: `${one} to try`, other: `${other} to try` }),
    /** @param {number} lines */
    had: (lines) => `${lines} you’ve ${had}`,
    /** @param {number} lines */
    leftOut: (lines) => `${lines} left out by the filters`,
    /** @param {number} lines */
    doubtful: (lines) => `${lines} to make sure of`,
    /** @param {number} lines */
    doubtfulLines: (lines) => `Did you mean …? (${lines})`,
    /** @param {number} lines */
    hadLines: (lines) => `You’ve ${had} (${lines})`,
    /** @param {number} lines */
    leftOutLines: (lines) => `Left out by the filters (${lines})`,
    /** @param {number} lines */
    unknownLines: (lines) => `No ${one} that is known here (${lines})`,
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
    list: `Trending ${other}`,
    /** @param {number} days */
    hint: (days) => `Rated more in the last ${days} days than before.`,
    /** @param {number} recent @param {number} expected */
    rise: (recent, expected) =>
      `${count(recent, RATINGS)}, up from ${expected === 0 ? "hardly any" : wholeNumber(expected)}`,
  },
  model,
  ...beers,
};
