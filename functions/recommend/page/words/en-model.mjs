/** What the page says in English of the model. */

import { capital, count, decimal, percentage } from "../formats.mjs";
import { item } from "./items/en.mjs";

const RATINGS = { one: "rating", other: "ratings" };
const { one, other } = item;
const ITEMS = { one, other };
const GUESTS = { one: "guest", other: "guests" };

export const model = {
  lede: `What picks the ${other}, and how good it is at it.`,
  curious: "For the curious",
  story: {
    heading: "In short",
    /** @param {number} ratings @param {number} guests @param {number} beers @param {string} day */
    learnt: (ratings, guests, beers, day) =>
      `Taproom learnt from ${count(ratings, RATINGS)} by ${count(guests, GUESTS)} of ` +
      `${count(beers, ITEMS)}, last on ${day}.`,
    /** @param {string} found Of ten. @param {string} popular */
    found: (found, popular) =>
      `It is tested on ratings that it never saw. Of ten ${other} that guests went on to rate, ` +
      `${found} are among the hundred that it would have put first; of the hundred most popular ` +
      `${other} that is ${popular}.`,
    /** @param {string} error Points. @param {string} averages */
    error: (error, averages) =>
      `What it thinks you’d give is typically ${error} stars off; ` +
      `plain averages would be ${averages}.`,
    /** @param {string} share */
    trial: (share) => `A newer one is being tried with ${share} of the guests.`,
  },
  trial: {
    heading: "What is being tried",
    /** @type {Record<string, (challenger: string, share: string, at: string) => string>} */
    told: {
      starting: (challenger, share) =>
        `${challenger} is about to be tried with ${share} of the guests.`,
      running: (challenger, share, at) =>
        `${challenger} has been tried with ${share} of the guests since ${at}.`,
      promoting: (challenger) => `${challenger} was tried, and is coming into service.`,
      promoted: (challenger, share, at) =>
        `${challenger} was tried with ${share} of the guests from ${at} on, and came into service.`,
      stopped: (challenger, share, at) =>
        `${challenger} was tried with ${share} of the guests from ${at} on, and was dropped.`,
    },
    gain: "Followed and liked",
    gainHint: "Answers of the one that is tried beside those of the one in service, in points",
    columns: ["Answers", "Tried", "In service"],
    /** @type {Record<string, string>} */
    metrics: { taken: "Followed", liked: "Liked" },
    tooFew: "Too few guests have been asked to tell.",
  },
  /** @param {string} since */
  servesSince: (since) =>
    `It has served since ${since}, and learns again whenever new ratings come in.`,
  inService: "In service now",
  learntFrom: "Ratings learnt from",
  guests: "Guests",
  beers: item.title,
  keptBack: "Ratings kept back to test it",
  report: "Read the training report",
  /** @param {number} ratings */
  ratings: (ratings) => count(ratings, RATINGS),
  quality: {
    heading: "Each release beside the one before",
    hint: "Both are measured on the same ratings, with 95 % intervals; each pair has its own.",
    releaseColumns: ["Release of", "This release", "The one before", "Gain"],
    beside: "Beside what it has to beat",
    columns: ["This release", "The one before", "Without a model"],
    liked: "Liked among the first ten",
    likedHint: "What a guest liked later, among the ten shown",
    found: "Found among 100",
    foundHint: "Share of what guests tried next that is among the 100 nearest",
    error: "Error of a score",
    errorHint: "How far a predicted score is off (RMSE), lower is better",
  },
  slices: {
    heading: "For whom it is good",
    found: {
      title: "Found among 100, by group",
      note: "Of what some guests tried next, or of some beers; on ratings kept back",
      columns: ["Group", "Ratings", "Found", "Error of a score"],
    },
    calibrated: {
      title: "Scores given, by score predicted",
      note: "The mark is what was predicted: a bar that ends there was right",
      columns: ["Predicted", "Given", "Ratings"],
    },
    report: "More of it in the report",
  },
  chart: {
    asTable: "As a table",
    worse: "worse",
    better: "better",
    /** @param {string} title @param {string} label @param {string} gain */
    spoken: (title, label, gain) => `${title}, ${label}: ${gain}`,
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
    coverage: `Of all ${other} shown`,
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
    unlike: {
      title: "How unlike what was learnt from",
      note: "Stability index of a file; from the mark on it is another kind of data",
      columns: ["File of", "Index"],
    },
    /** @param {string} at */
    scores: (at) => `Scores, ${at}`,
    /** @param {string} at */
    styles: (at) => `${capital(item.style)}s, ${at}`,
    /**
     * @param {string} at
     * @param {{ rows: number, users: number, mean: number, beers: number, guests: number }} file
     *   The last two are shares.
     */
    file: (at, { rows, users, mean, beers, guests }) =>
      `${at}: ${count(rows, RATINGS)} by ${count(users, GUESTS)}, ` +
      `${decimal(mean, 2)} on average, ${percentage(beers)} of ${other} that are new, ` +
      `${percentage(guests)} of guests who are new.`,
  },
  verdict: {
    heading: "The last verdict",
    promoted: "Promoted",
    refused: "Refused",
    failed: "Failed",
    passed: "Passed",
    missed: "Missed",
    why: {
      alone: "It beats what needs no model, and there is no release to compare it with.",
      /** @param {string} others */
      noWorse: (others) => `With 95 % confidence it is no worse than ${others}.`,
      /** @param {string} metrics @param {string} others */
      unsure: (metrics, others) =>
        `Too few guests to tell by ${metrics} whether it is worse than ${others}; ` +
        "what they show is within the wider bounds.",
      /** @param {string} metrics */
      missed: (metrics) => `It misses what is wanted of ${metrics}.`,
      scores: "A file may be upside down or on another scale.",
    },
    /** @type {Record<string, string>} What is compared with, by the verdict's own name for it. */
    against: {
      "in service": "the release in service",
      "best of the last ten": "the best of the last ten",
      popularity: "popularity",
      "popularity of 7 days": "popularity of 7 days",
      "popularity of 30 days": "popularity of 30 days",
      "popularity of all time": "popularity of all time",
      "global mean": "the mean of all scores",
      "user + item bias": "plain averages",
    },
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
    report: "Read its report",
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
    /** @param {string} at */
    report: (at) => `Report of ${at}`,
  },
};
