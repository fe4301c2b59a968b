/**
 * What this device keeps for the guest beside their ratings: a wish list, beers that they don't
 * want to see, styles that they want less of, and notes, of which the API gets those of ratings.
 */

/**
 * @typedef {object} Kept
 * @property {string[]} wishes Beer ids, the latest last.
 * @property {string[]} dismissed Beer ids, the latest last.
 * @property {string[]} less Styles.
 * @property {Record<string, string>} notes By beer id.
 */

const KEY = "taproom.device";
const MOST = 500; // beers of a list: the API ranks no more, and excludes 1,000
/** @type {Kept} */
const kept = { wishes: [], dismissed: [], less: [], notes: {}, ...stored() };

/** @param {"wishes" | "dismissed" | "less"} list */
export function all(list) {
  return kept[list];
}

/**
 * @param {"wishes" | "dismissed" | "less"} list
 * @param {string} one
 */
export function has(list, one) {
  return kept[list].includes(one);
}

/**
 * Put `one` on the list as its latest, or take it off.
 *
 * @param {"wishes" | "dismissed" | "less"} list
 * @param {string} one
 * @param {boolean} isOn
 */
export function put(list, one, isOn) {
  const others = kept[list].filter((other) => other !== one);
  kept[list] = (isOn ? [...others, one] : others).slice(-MOST);
  keep();
}

/** @param {string} beerId */
export function note(beerId) {
  return kept.notes[beerId] ?? "";
}

/**
 * @param {string} beerId
 * @param {string} text Empty for none.
 */
export function takeNote(beerId, text) {
  if (text === "") delete kept.notes[beerId];
  else kept.notes[beerId] = text;
  keep();
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A private window may have no storage: it is then kept until the page is left.
  }
}

/** @returns {Partial<Kept>} */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
