/**
 * "What's on tap here": a menu as text, which of its lines are beers, which could not be placed.
 *
 * @import { Menu, PlacedLine, UnplacedLine } from "taproom-api"
 */

import { element, icon } from "../elements.mjs";
import { count, givenScore } from "../formats.mjs";

/**
 * @typedef {object} MenuActions
 * @property {() => unknown} edit
 * @property {() => unknown} leave Back to all beers.
 * @property {(line: number, text: string) => unknown} replace A line, from 1 on.
 */

const LIKELY = 0.35; // confidence; what is less is hardly ever that beer
const LONGEST_MENU = 20_000; // characters; the API takes no more
const EXAMPLE = `One beer a line, as it is written:
Pilsner Urquell 0,5 l  4.90
Old Rasputin, North Coast 9%
…`;

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
      element("strong", {}, "Only what’s on tap here"),
      element("span", {}, "Paste the menu, see what to order"),
    ),
  );
}

/**
 * The sheet that takes the menu: show it with `showModal()`.
 *
 * @param {string} menu
 * @param {(menu: string) => unknown} onMenu
 */
export function menuSheet(menu, onMenu) {
  const field = menuField(menu);
  /** @type {HTMLDialogElement} */
  const dialog = element(
    "dialog",
    { class: "sheet", "aria-labelledby": "menu-title", onclose: () => dialog.remove() },
    element(
      "form",
      { method: "dialog", onsubmit: () => field.value.trim() && onMenu(field.value) },
      element("h2", { id: "menu-title" }, "What’s on tap?"),
      element("label", { for: "menu" }, "The menu"),
      element(
        "p",
        { class: "hint", id: "menu-hint" },
        "One beer a line. Prices, sizes and small typos don’t matter.",
      ),
      field,
      element(
        "div",
        { class: "state-ways" },
        element("button", { type: "submit", class: "primary" }, "Find these beers"),
        quietButton("Cancel", () => dialog.close()),
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
    placeholder: EXAMPLE,
    "aria-describedby": "menu-hint",
  });
  field.value = menu;
  return field;
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
    count(beers.length, "beer to try", "beers to try"),
    ...counted("you’ve had", rated),
    ...counted("left out by the filters", filteredOut),
    ...counted("to make sure of", doubtful),
  ];
  return element(
    "section",
    { class: "on-tap", "aria-label": "On tap here" },
    element(
      "div",
      { class: "on-tap-head" },
      icon("tap"),
      element(
        "p",
        {},
        element("strong", {}, "On tap here"),
        element("span", {}, counts.join(" · ")),
      ),
    ),
    element(
      "div",
      { class: "on-tap-ways" },
      quietButton("Edit menu", actions.edit),
      quietButton("Show all beers", actions.leave),
    ),
    lines("Did you mean …?", doubtful.map(doubtfulLine(actions.replace))),
    lines("You’ve had", rated.map(placedLine)),
    lines("Left out by the filters", filteredOut.map(placedLine)),
    lines("No beer that is known here", unknown.map(unknownLine)),
  );
}

/**
 * @param {string} title
 * @param {HTMLElement[]} items
 */
function lines(title, items) {
  if (items.length === 0) return null;
  return element(
    "details",
    { class: "lines" },
    element("summary", {}, `${title} (${items.length})`),
    element("ul", {}, ...items),
  );
}

/**
 * @param {string} what
 * @param {unknown[]} lines
 */
function counted(what, lines) {
  return lines.length === 0 ? [] : [`${lines.length} ${what}`];
}

/** @param {UnplacedLine} line */
function isLikely({ nearest: [guess] }) {
  return guess !== undefined && guess.confidence >= LIKELY;
}

/** @param {PlacedLine} line */
function placedLine({ name, brewery, given }) {
  const score = given === null ? "" : `, you gave it ${givenScore(given)}`;
  return element("li", {}, element("strong", {}, name), ` by ${brewery}${score}`);
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
      element("span", {}, `“${text.trim()}”`),
      element(
        "button",
        {
          type: "button",
          class: "quiet guess",
          onclick: () => replace(line, `${guess.brewery} ${guess.name}`),
        },
        `Is it ${guess.name} by ${guess.brewery}?`,
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
