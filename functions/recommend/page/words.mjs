/**
 * All that the page says, in the guest's language: no other language is loaded.
 *
 * @import { Words } from "./words/en.mjs"
 */

import { language } from "./language.mjs";

/** @type {{ words: Words }} */
const spoken = await import(`./words/${language}.mjs`);
export const { words } = spoken;
