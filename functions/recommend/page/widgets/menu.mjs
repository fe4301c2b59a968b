/** "What's on tap here": a menu as text, which of its lines are beers, and which could not be placed. */

import { element, icon } from "../elements.mjs";
import { count, score } from "../formats.mjs";

/** The invitation to give a menu; `onopen` opens the sheet. */
export function invitation(onopen) {
  return element(
    "button",
    { type: "button", class: "invitation", onclick: onopen },
    icon("tap"),
    element("span", {}, element("strong", {}, "Only what’s on tap here"), element("span", {}, "Paste the menu, see what to order")),
  );
}

/** The sheet that takes the menu: show it with `showModal()`. `onmenu` gets the text. */
export function sheet(text, onmenu) {
  const field = element("textarea", {
    id: "menu",
    class: "field",
    rows: 9,
    maxlength: 20000,
    required: true,
    spellcheck: "false",
    placeholder: "One beer a line, as it is written:\nPilsner Urquell 0,5 l  4.90\nOld Rasputin, North Coast 9%\n…",
    "aria-describedby": "menu-hint",
  });
  field.value = text;
  const dialog = element(
    "dialog",
    { class: "sheet", "aria-labelledby": "menu-title", onclose: () => dialog.remove() },
    element(
      "form",
      {
        method: "dialog",
        onsubmit: () => field.value.trim() && onmenu(field.value),
      },
      element("h2", { id: "menu-title" }, "What’s on tap?"),
      element("label", { for: "menu" }, "The menu"),
      element("p", { class: "hint", id: "menu-hint" }, "One beer a line. Prices, sizes and small typos don’t matter."),
      field,
      element(
        "div",
        { class: "state-ways" },
        element("button", { type: "submit", class: "primary" }, "Find these beers"),
        element("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"),
      ),
    ),
  );
  return dialog;
}

/** What became of the menu's lines; `ways` are `{edit, leave, replace(line, text)}`. */
export function placed(answer, ways) {
  const had = answer.tried.filter((line) => line.given !== null);
  const out = answer.tried.filter((line) => line.given === null);
  const summary = [
    `${count(answer.beers.length, "beer")} to try`,
    had.length > 0 && `${had.length} you’ve had`,
    out.length > 0 && `${out.length} left out by the filters`,
    answer.unplaced.length > 0 && `${answer.unplaced.length} not found`,
  ];
  return element(
    "section",
    { class: "on-tap", "aria-label": "On tap here" },
    element("div", { class: "on-tap-head" }, icon("tap"), element("p", {}, element("strong", {}, "On tap here"), element("span", {}, summary.filter(Boolean).join(" · ")))),
    element(
      "div",
      { class: "on-tap-ways" },
      element("button", { type: "button", class: "quiet", onclick: ways.edit }, "Edit menu"),
      element("button", { type: "button", class: "quiet", onclick: ways.leave }, "Show all beers"),
    ),
    answer.unplaced.length > 0 && lines("Not found", answer.unplaced.map((line) => unplaced(line, ways.replace)), true),
    had.length > 0 && lines("You’ve had", had.map((line) => element("li", {}, element("strong", {}, line.name), ` by ${line.brewery}, you gave it ${score(line.given)}`)), false),
    out.length > 0 && lines("Left out by the filters", out.map((line) => element("li", {}, element("strong", {}, line.name), ` by ${line.brewery}`)), false),
  );
}

function lines(title, items, open) {
  return element("details", { class: "lines", open }, element("summary", {}, `${title} (${items.length})`), element("ul", {}, items));
}

function unplaced({ line, text, nearest }, replace) {
  const [guess] = nearest;
  return element(
    "li",
    {},
    element("span", {}, `“${text.trim()}”`),
    guess &&
      element(
        "button",
        { type: "button", class: "quiet guess", onclick: () => replace(line, `${guess.brewery} ${guess.name}`) },
        `Is it ${guess.name} by ${guess.brewery}?`,
      ),
  );
}
