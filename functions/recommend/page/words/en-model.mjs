/** What the page says in English of the model. */

import { count, decimal, percentage, wholeNumber } from "../formats.mjs";

const RATINGS = { one: "rating", other: "ratings" };
const GUESTS = { one: "guest", other: "guests" };

export const model = {
  lede: "What picks the beers, and how good it is at it.",
  /** @param {string} since */
  servesSince: (since) =>
    `It has served since ${since}, and learns again whenever new ratings come in.`,
  inService: "In service now",
  learntFrom: "Ratings learnt from",
  guests: "Guests",
  beers: "Beers",
  keptBack: "Ratings kept back to test it",
  report: "Read the training report",
  /** @param {number} ratings */
  ratings: (ratings) => count(ratings, RATINGS),
  quality: {
    heading: "Release after release",
    beside: "Beside what it has to beat",
    columns: ["This release", "The one before", "Without a model"],
    liked: "Liked among the first ten",
    likedHint: "Beers that a guest liked later, among the ten shown",
    found: "Found among 100",
    foundHint: "Share of what guests tried next that is among the 100 nearest",
    mostPopular: "most popular",
    error: "Error of a score",
    errorHint: "How far a predicted score is off (RMSE), lower is better",
    averages: "plain averages",
  },
  chart: {
    asTable: "As a table",
    releaseOf: "Release of",
    /** @param {string} title @param {string} value */
    now: (title, value) => `${title}: ${value} now`,
    /** @param {string} value @param {number} releases */
    course: (value, releases) =>
      `, from ${value} at the first of ${wholeNumber(releases)} releases`,
  },
  online: {
    heading: "What guests made of it",
    answers: "Answers",
    taken: "Followed by a rating or a try",
    liked: "Liked among ten",
    dismissed: "Dismissed",
    newcomers: "By newcomers, followed",
    place: "Mean place",
    given: "Score given",
    predicted: "Score predicted",
    coverage: "Of all beers shown",
    window: "Of the last 30 days, measured every hour.",
    /**
     * @param {string} taken Of 100 answers.
     * @param {[string, string] | null} interval
     * @param {number} answers
     * @param {number} guests
     */
    story: (taken, interval, answers, guests) =>
      `${taken} in 100 answers were followed by a rating or a try` +
      (interval ? ` (between ${interval[0]} and ${interval[1]})` : "") +
      `, of ${count(answers, { one: "answer", other: "answers" })} to ${count(guests, GUESTS)}.`,
    tooFew: "Too few guests to tell it from the release before.",
    /**
     * @param {boolean} isWorse
     * @param {string} points Of a hundred answers.
     * @param {boolean} isFewer
     * @param {number} days
     */
    comparison: (isWorse, points, isFewer, days) =>
      (isWorse
        ? "Guests take or like less of it than of the release before, beyond chance"
        : "It does no worse than the release before, as far as can be told") +
      `: ${points} in 100 ${isFewer ? "fewer" : "more"} answers followed, ` +
      `on ${count(days, { one: "day", other: "days" })} of each.`,
  },
  drift: {
    heading: "Is the data what it was?",
    /** @param {boolean} scores @param {boolean} styles */
    shifted: (scores, styles) => {
      const others = scores && styles ? "scores and styles" : scores ? "scores" : "styles";
      return `The latest file has other ${others} than the model has learnt from.`;
    },
    alike: "The latest file is like what the model has learnt from.",
    /**
     * @param {string} at
     * @param {{ rows: number, users: number, mean: number, beers: number, guests: number }} file
     *   The last two are shares.
     */
    file: (at, { rows, users, mean, beers, guests }) =>
      `${at}: ${count(rows, RATINGS)} by ${count(users, GUESTS)}, ` +
      `${decimal(mean, 2)} on average, ${percentage(beers)} of beers that are new, ` +
      `${percentage(guests)} of guests who are new.`,
  },
  verdict: {
    heading: "The last verdict",
    promoted: "Promoted",
    refused: "Refused",
    failed: "Failed",
    passed: "Passed",
    missed: "Missed",
    /**
     * @param {boolean} isLeast
     * @param {string} bound
     * @param {string} against
     * @param {string} other
     */
    wanted: (isLeast, bound, against, other) =>
      `wanted ${isLeast ? "at least" : "at most"} ${bound} (${against}: ${other})`,
    /** @param {string} share */
    better: (share) => `${share} better`,
    /** @param {string} share */
    worse: (share) => `${share} worse`,
    /** @param {string} lower @param {string} upper */
    interval: (lower, upper) => `, from ${lower} to ${upper}`,
    unsure: " (too few guests to tell)",
  },
  releases: {
    heading: "Releases",
    status: {
      "in service": "in service",
      replaced: "replaced",
      "rolling out": "rolling out",
      "rolled back": "rolled back",
    },
    /** @param {string} status */
    retired: (status) => `${status}, retired`,
  },
};
