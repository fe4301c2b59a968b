/** The language of the page: the first of the guest's own that it has words in, or English. */

/** Those that there are words in: each is a file in words/. */
const LANGUAGES = ["en", "de", "fr", "es"];

/** As the guest's browser names it, with its region: what figures and dates are written by. */
export const locale = navigator.languages.find(isSpoken) ?? "en";
export const language = languageOf(locale);
document.documentElement.lang = language;

/** @param {string} tag BCP 47's, like "de-AT". */
function isSpoken(tag) {
  return LANGUAGES.includes(languageOf(tag));
}

/** @param {string} tag */
function languageOf(tag) {
  return tag.split("-")[0].toLowerCase();
}
