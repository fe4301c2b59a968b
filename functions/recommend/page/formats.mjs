/** Figures, dates and lists as a guest reads them. */

const WHOLE_NUMBER = new Intl.NumberFormat("en");
const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
/** @type {Partial<Record<Intl.LDMLPluralRule, string>>} */
const ORDINAL_ENDINGS = { one: "st", two: "nd", few: "rd" };
const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/**
 * A score that somebody gave: as given, with one decimal at least.
 *
 * @param {number} score
 */
export function givenScore(score) {
  const hasOneDecimal = Math.abs(score * 10 - Math.round(score * 10)) < 1e-6;
  return score.toFixed(hasOneDecimal ? 1 : 2);
}

/** @param {number} score */
export function predictedScore(score) {
  return score.toFixed(1);
}

/** @param {number} abv Percent by volume. */
export function strength(abv) {
  return `${abv.toFixed(1)}\u00a0%`;
}

/** @param {number} number */
export function wholeNumber(number) {
  return WHOLE_NUMBER.format(number);
}

/**
 * "1 rating", "2,310 ratings".
 *
 * @param {number} number
 * @param {string} singular
 */
export function count(number, singular, plural = `${singular}s`) {
  return `${wholeNumber(number)} ${number === 1 ? singular : plural}`;
}

/**
 * "1st", "22nd", "113th"
 *
 * @param {number} number From 1 on.
 */
export function ordinal(number) {
  const ending = ORDINAL_ENDINGS[ORDINAL.select(number)] ?? "th";
  return `${wholeNumber(number)}${ending}`;
}

/** @param {number} value 0 to 1. */
export function percentage(value) {
  return `${(value * 100).toFixed(1)}%`;
}

/** @param {string} iso */
export function date(iso) {
  return DATE.format(new Date(iso));
}

/** @param {string} iso */
export function time(iso) {
  return TIME.format(new Date(iso));
}

/**
 * "a, b and c"
 *
 * @param {string[]} names
 */
export function enumeration(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
