/**
 * All that the page says, in the guest's language: no other language is loaded.
 *
 * @import { Words } from "./words/en.mjs"
 */

import { language } from "./language.mjs";

// The files that the first one imports, so that none waits until it is there.
const FILES = ["", "-beers", "-model"].map((part) => `./words/${language}${part}.mjs`);
const [spoken] = await Promise.all(
  [...FILES, `./words/items/${language}.mjs`].map((file) => import(file)),
);
/** @type {{ words: Words }} */
export const { words } = spoken;
