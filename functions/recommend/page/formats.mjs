/** Figures, dates and lists as a guest reads them in their language. */

import { locale } from "./language.mjs";

const WHOLE_NUMBER = new Intl.NumberFormat(locale);
const PLURAL = new Intl.PluralRules(locale);
const LIST = new Intl.ListFormat(locale, { type: "conjunction" });
const DATE = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const DAY = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const TIME = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** @typedef {Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }} Forms */

/**
 * A score that somebody gave: as given, with one decimal at least.
 *
 * @param {number} score
 */
export function givenScore(score) {
  const hasOneDecimal = Math.abs(score * 10 - Math.round(score * 10)) < 1e-6;
  return decimal(score, hasOneDecimal ? 1 : 2);
}

/** @param {number} score */
export function predictedScore(score) {
  return decimal(score, 1);
}

/** @param {number} abv Percent by volume. */
export function strength(abv) {
  return `${decimal(abv, 1)}\u00a0%`;
}

/** @param {number} abv Percent by volume, of a whole range. */
export function strengthBound(abv) {
  return `${abv.toLocaleString(locale, { maximumFractionDigits: 1 })} %`;
}

/** @param {number} number */
export function wholeNumber(number) {
  return WHOLE_NUMBER.format(number);
}

/**
 * @param {number} number
 * @param {number} places After the decimal point, exactly.
 */
export function decimal(number, places) {
  return number.toLocaleString(locale, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/**
 * The form that goes with `number`.
 *
 * @param {number} number
 * @param {Forms} forms By the plural categories of the language.
 */
function plural(number, forms) {
  return forms[PLURAL.select(number)] ?? forms.other;
}

/**
 * "1 rating", "2,310 ratings".
 *
 * @param {number} number
 * @param {Forms} forms
 */
export function count(number, forms) {
  return `${wholeNumber(number)} ${plural(number, forms)}`;
}

/** @param {number} value 0 to 1. */
export function percentage(value) {
  return value.toLocaleString(locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
}

/**
 * How many of a hundred that is: below ten with a decimal, unless it is 0.
 *
 * @param {number} value 0 to 1.
 */
export function inHundred(value) {
  const hundred = value * 100;
  return hundred.toLocaleString(locale, { maximumFractionDigits: hundred < 10 ? 1 : 0 });
}

/** @param {string} iso */
export function day(iso) {
  return DAY.format(new Date(iso));
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
  return LIST.format(names);
}

/** @param {string} text */
export function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
