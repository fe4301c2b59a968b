/**
 * What the catalogue is of, by the stack's parameter `ItemKind`: index.html arrives with it. Fields
 * of the API keep their names: a film's director comes as its `brewery`, its genre as `style`.
 */

/** @typedef {"beer" | "wine" | "film" | "book"} Kind */
/**
 * @typedef {object} Settings
 * @property {string} icon A symbol of index.html.
 * @property {[number, number, number] | null} strengths From where on one is regular, strong, very
 *   strong, in percent by volume; null where there is no such thing.
 */

/** @type {Record<Kind, Settings>} */
const KINDS = {
  beer: { icon: "glass", strengths: [4.5, 6.5, 9] },
  wine: { icon: "goblet", strengths: [11, 13, 14.5] },
  film: { icon: "film", strengths: null },
  book: { icon: "book", strengths: null },
};

export const kind = /** @type {Kind} */ (document.documentElement.dataset.kind);
export const { icon, strengths } = KINDS[kind];
