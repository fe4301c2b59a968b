/** What a style belongs to, told by the words in its name: sites spell some hundred styles. */

/**
 * @typedef {"lager" | "wheat" | "pale" | "ipa" | "amber" | "brown" | "dark" | "belgian" | "strong"
 *   | "sour" | "fruit" | "other"} StyleFamily
 */

// The first that fits counts: a Belgian IPA is an IPA, a barrel-aged stout is dark.
/** @type {[StyleFamily, RegExp][]} */
const WORDS = [
  ["sour", /lambic|gueuze|flanders|oud bruin|berliner|\bgose\b|wild|sour|faro/],
  ["ipa", /\bi\.?p\.?a\b|india pale/],
  ["dark", /stout|porter|schwarz|black/],
  ["wheat", /weizen|weiss|weiß|\bwit|wheat(?!wine)|hefe/],
  ["fruit", /fruit|vegetable|pumpkin|herb|spice|chil[ei]|honey|mead|cider|radler/],
  ["strong", /barley|wheatwine|old ale|wee heavy|scotch|winter|braggot|eisbock|american strong/],
  ["belgian", /saison|farmhouse|bi[eè]re|tripel|dubbel|quad|belgian|abbey|trappist|strong/],
  ["brown", /brown|dunkel|\bmild\b|doppelbock|kvass/],
  ["amber", /amber|\bred\b|\balt|bitter|scottish|esb|steam|common|m[aä]rzen|oktober|vienna/],
  ["amber", /bock|rauch|smoke|rye/],
  [
    "lager",
    /lager|pils|helles|k[oö]lsch|cream ale|malt liquor|dortmund|keller|zwickel|low alcohol/,
  ],
  ["pale", /pale|blond|golden|\bale\b/],
];

/** @type {StyleFamily[]} In the order in which a list of styles has them. */
export const FAMILIES = [
  "lager",
  "wheat",
  "pale",
  "ipa",
  "amber",
  "brown",
  "dark",
  "belgian",
  "strong",
  "sour",
  "fruit",
  "other",
];

/**
 * @param {string | null} style
 * @returns {StyleFamily}
 */
export function familyOf(style) {
  const name = (style ?? "").toLowerCase();
  return WORDS.find(([, words]) => words.test(name))?.[0] ?? "other";
}
