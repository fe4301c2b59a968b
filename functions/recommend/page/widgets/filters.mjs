/** Style, brewery and strength: what the list is narrowed to. */

import * as api from "../api.mjs";
import { combobox } from "./combobox.mjs";
import { element } from "../elements.mjs";
import { count } from "../formats.mjs";

// Upper bounds keep clear of the next one's lower bound: abv has one decimal on most labels.
export const STRENGTHS = [
  { name: "Light, under 4.5 %", max_abv: 4.49 },
  { name: "Regular, 4.5 to 6.4 %", min_abv: 4.5, max_abv: 6.49 },
  { name: "Strong, 6.5 to 8.9 %", min_abv: 6.5, max_abv: 8.99 },
  { name: "Very strong, 9 % and up", min_abv: 9 },
];

/**
 * `onchange(wishes)` gets `{style, brewery, min_abv, max_abv}`, each null where anything goes.
 *
 * Two elements: the button that opens the filters where there is little room, and the filters.
 */
export function filters(wishes, onchange) {
  const chosen = { ...wishes };
  const style = element("select", { id: "style", class: "field", onchange: () => change({ style: style.value || null }) }, element("option", { value: "" }, "Any style"));
  const strength = element(
    "select",
    { id: "strength", class: "field", onchange: () => change(bounds(STRENGTHS[strength.value])) },
    element("option", { value: "" }, "Any strength"),
    STRENGTHS.map((one, place) => element("option", { value: place, selected: (one.min_abv ?? null) === wishes.min_abv && (one.max_abv ?? null) === wishes.max_abv }, one.name)),
  );
  const brewery = combobox({
    id: "brewery",
    label: "Brewery",
    placeholder: "Any brewery",
    value: wishes.brewery ?? "",
    fewest: 2,
    find: async (text, signal) =>
      (await api.breweries(text, signal)).breweries.map((one) => ({ title: one.brewery, hint: count(one.beers, "beer") })),
    none: (text) => `No brewery has “${text}” in its name.`,
    onchoose: (one) => change({ brewery: one.title }),
    onclear: () => chosen.brewery !== null && change({ brewery: null }),
  });
  const opener = element("button", { type: "button", class: "narrow", "aria-expanded": "false", "aria-controls": "filters", onclick: () => opener.setAttribute("aria-expanded", String(opener.getAttribute("aria-expanded") !== "true")) });
  const all = element("button", { type: "button", class: "quiet", onclick: clear }, "Clear filters");

  function change(wish) {
    Object.assign(chosen, wish);
    mark();
    onchange({ ...chosen });
  }
  function clear() {
    style.value = strength.value = "";
    brewery.empty();
    change({ style: null, brewery: null, min_abv: null, max_abv: null });
    style.focus();
  }
  function mark() {
    const set = [chosen.style, chosen.brewery, bounded(chosen)].filter(Boolean).length;
    all.hidden = set === 0;
    opener.textContent = set === 0 ? "Filters" : `Filters (${set})`;
    opener.classList.toggle("chosen", set > 0);
    for (const [field, set] of [[style, chosen.style], [brewery.input, chosen.brewery], [strength, bounded(chosen)]]) {
      field.classList.toggle("chosen", Boolean(set));
    }
  }

  api.styles().then(
    ({ styles }) => {
      const options = styles.map((one) => element("option", { value: one.style, selected: one.style === chosen.style }, one.style));
      style.append(...options.sort((one, other) => one.value.localeCompare(other.value)));
    },
    // The list beside it says what is wrong; a filter without choices need not say it again.
    () => {},
  );
  mark();
  const form = element(
    "form",
    { class: "filters", id: "filters", "aria-label": "Narrow the list", onsubmit: (event) => event.preventDefault() },
    element("div", { class: "filter" }, element("label", { for: "style" }, "Style"), style),
    element("div", { class: "filter" }, element("label", { for: "strength" }, "Strength"), strength),
    element("div", { class: "filter filter-brewery" }, brewery.whole),
    all,
  );
  return [opener, form];
}

export function isNarrowed(wishes) {
  return Boolean(wishes.style || wishes.brewery || bounded(wishes));
}

function bounds(strength) {
  return { min_abv: strength?.min_abv ?? null, max_abv: strength?.max_abv ?? null };
}

function bounded({ min_abv: least, max_abv: most }) {
  return (least ?? null) !== null || (most ?? null) !== null;
}
