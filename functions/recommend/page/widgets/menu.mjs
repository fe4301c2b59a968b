/**
 * "What's on tap here": a menu as text, which of its lines are beers, which could not be placed.
 *
 * @import { Menu, PlacedLine, UnplacedLine } from "taproom-api"
 */

import { element, icon } from "../elements.mjs";
import { words } from "../words.mjs";
import { photoField } from "./photo-field.mjs";

/**
 * @typedef {object} MenuActions
 * @property {() => unknown} edit
 * @property {() => unknown} leave Back to all beers.
 * @property {(line: number, text: string) => unknown} replace A line, from 1 on.
 */

const LIKELY = 0.35; // confidence; what is less is hardly ever that beer
const LONGEST_MENU = 20_000; // characters; the API takes no more

/**
 * The invitation to give a menu.
 *
 * @param {() => unknown} onOpen
 */
export function menuInvitation(onOpen) {
  return element(
    "button",
    { type: "button", class: "invitation", onclick: () => onOpen() },
    icon("tap"),
    element(
      "span",
      {},
      element("strong", {}, words.menu.invitation),
      element("span", {}, words.menu.invitationHint),
    ),
  );
}

/**
 * The sheet that takes the menu: show it with `showModal()`.
 *
 * @param {string} menu
 * @param {(menu: string) => unknown} onMenu
 * @param {(photo: Blob) => Promise<Menu>} readPhoto
 */
export function menuSheet(menu, onMenu, readPhoto) {
  const field = menuField(menu);
  /** @type {HTMLDialogElement} */
  const dialog = element(
    "dialog",
    { class: "sheet", "aria-labelledby": "menu-title", onclose: () => dialog.remove() },
    element(
      "form",
      { method: "dialog", onsubmit: () => field.value.trim() && onMenu(field.value) },
      element("h2", { id: "menu-title" }, words.menu.heading),
      photoField(readPhoto, (read) => {
        field.value = read;
        field.focus();
      }),
      element("label", { for: "menu" }, words.menu.label),
      element("p", { class: "hint", id: "menu-hint" }, words.menu.hint),
      field,
      element(
        "div",
        { class: "state-ways" },
        element("button", { type: "submit", class: "primary" }, words.menu.find),
        quietButton(words.menu.cancel, () => dialog.close()),
      ),
    ),
  );
  return dialog;
}

/** @param {string} menu */
function menuField(menu) {
  const field = element("textarea", {
    id: "menu",
    class: "field",
    rows: 9,
    maxlength: LONGEST_MENU,
    required: true,
    spellcheck: "false",
    placeholder: words.menu.example,
    "aria-describedby": "menu-hint",
  });
  field.value = menu;
  return field;
}

/** What stands in the summary's place while it is looked for. */
export function menuWaiting() {
  return element(
    "section",
    { class: "on-tap", "aria-label": words.menu.name, "aria-busy": "true", tabindex: -1 },
    onTapHead(words.menu.finding),
  );
}

/** @param {string} sentence */
function onTapHead(sentence) {
  return element(
    "div",
    { class: "on-tap-head" },
    icon("tap"),
    element("p", {}, element("strong", {}, words.menu.name), element("span", {}, sentence)),
  );
}

/**
 * What became of the menu's lines.
 *
 * @param {Menu} menu
 * @param {MenuActions} actions
 */
export function menuSummary({ beers, tried, unplaced }, actions) {
  const rated = tried.filter((line) => line.given !== null);
  const filteredOut = tried.filter((line) => line.given === null);
  const doubtful = unplaced.filter(isLikely);
  const unknown = unplaced.filter((line) => !isLikely(line));
  const counts = [
    words.menu.toTry(beers.length),
    rated.length > 0 && words.menu.had(rated.length),
    filteredOut.length > 0 && words.menu.leftOut(filteredOut.length),
    doubtful.length > 0 && words.menu.doubtful(doubtful.length),
  ].filter(Boolean);
  return element(
    "section",
    { class: "on-tap", "aria-label": words.menu.name, tabindex: -1 },
    onTapHead(counts.join(" · ")),
    element(
      "div",
      { class: "on-tap-ways" },
      quietButton(words.menu.edit, actions.edit),
      quietButton(words.menu.leave, actions.leave),
    ),
    lines(words.menu.doubtfulLines, doubtful.map(doubtfulLine(actions.replace))),
    lines(words.menu.hadLines, rated.map(placedLine)),
    lines(words.menu.leftOutLines, filteredOut.map(placedLine)),
    lines(words.menu.unknownLines, unknown.map(unknownLine)),
  );
}

/**
 * @param {(number: number) => string} title
 * @param {HTMLElement[]} items
 */
function lines(title, items) {
  if (items.length === 0) return null;
  return element(
    "details",
    { class: "lines" },
    element("summary", {}, title(items.length)),
    element("ul", {}, ...items),
  );
}

/** @param {UnplacedLine} line */
function isLikely({ nearest: [guess] }) {
  return guess !== undefined && guess.confidence >= LIKELY;
}

/** @param {PlacedLine} line */
function placedLine({ name, brewery, given }) {
  return element("li", {}, element("strong", {}, name), words.menu.placed(brewery, given));
}

/** @param {UnplacedLine} line */
function unknownLine({ text }) {
  return element("li", {}, text.trim());
}

/**
 * @param {MenuActions["replace"]} replace
 * @returns {(line: UnplacedLine) => HTMLElement}
 */
function doubtfulLine(replace) {
  return ({ line, text, nearest: [guess] }) =>
    element(
      "li",
      {},
      element("span", {}, words.menu.line(text.trim())),
      element(
        "button",
        {
          type: "button",
          class: "quiet guess",
          onclick: () => replace(line, `${guess.brewery} ${guess.name}`),
        },
        words.menu.isIt(guess.name, guess.brewery),
      ),
    );
}

/**
 * @param {string} label
 * @param {() => unknown} onClick
 */
function quietButton(label, onClick) {
  return element("button", { type: "button", class: "quiet", onclick: () => onClick() }, label);
}
