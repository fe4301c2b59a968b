/**
 * What a guest can do with a beer on the list beside rating it: keep it for later, see what is like
 * it, never see it again; or have it back.
 */

import * as api from "../api.mjs";
import * as device from "../device.mjs";
import { element, icon } from "../elements.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";
import { beerRow } from "./beer-row.mjs";

const SIMILAR = 4;

/** @typedef {{ beer_id: string, name: string }} Beer */
/**
 * Either is left out where it makes no sense: what the guest has named can't go.
 *
 * @typedef {{ dismiss?: () => unknown, restore?: () => unknown }} Ways
 */

/**
 * @param {Beer} beer
 * @param {string | null} follows The answer that showed it.
 * @param {Ways} ways
 */
export function cardActions(beer, follows, { dismiss, restore }) {
  const place = element("div", { class: "card-similar", hidden: true });
  return [
    element(
      "div",
      { class: "card-actions" },
      wishButton(beer, follows),
      similarButton(beer, place),
      dismiss &&
        action("cross", words.actions.dismiss, words.actions.dismissOf(beer.name), () => {
          api.tell(follows, beer.beer_id, "dismissed");
          dismiss();
        }),
      restore && action("back", words.actions.restore, words.actions.restoreOf(beer.name), restore),
    ),
    place,
  ];
}

/**
 * @param {Beer} beer
 * @param {string | null} [follows]
 */
export function wishButton(beer, follows = null) {
  const button = action("mark", words.actions.wish, words.actions.wishOf(beer.name), () => {
    const isOn = !device.has("wishes", beer.beer_id);
    device.put("wishes", beer.beer_id, isOn);
    if (isOn) api.tell(follows, beer.beer_id, "wanted");
    button.setAttribute("aria-pressed", String(isOn));
    notify(isOn ? words.actions.wished(beer.name) : words.actions.unwished(beer.name));
  });
  button.setAttribute("aria-pressed", String(device.has("wishes", beer.beer_id)));
  return button;
}

export function wishesLink() {
  return listLink("#/wishes", "mark", words.chosen.wishes);
}

export function dismissedLink() {
  return listLink("#/dismissed", "cross", words.chosen.dismissed);
}

/**
 * @param {string} href
 * @param {string} symbol
 * @param {string} label
 */
function listLink(href, symbol, label) {
  return element("a", { class: "action", href }, icon(symbol), element("span", {}, label));
}

/**
 * @param {Beer} beer
 * @param {HTMLElement} place Where the similar beers then are.
 */
function similarButton(beer, place) {
  const button = action("like", words.actions.similar, words.actions.similarOf(beer.name), () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    if (!place.hidden && place.childElementCount === 0) showSimilar(beer, place);
  });
  button.setAttribute("aria-expanded", "false");
  return button;
}

/**
 * @param {Beer} beer
 * @param {HTMLElement} place
 */
async function showSimilar(beer, place) {
  const list = element("ul", { "aria-label": words.actions.similarOf(beer.name) });
  place.replaceChildren(list);
  try {
    const { beers } = await api.similar(beer.beer_id, SIMILAR);
    list.replaceChildren(
      ...beers.map((similar) => beerRow(similar, similar.mean_score, words.card.everyone)),
    );
  } catch (error) {
    list.replaceChildren(element("li", { class: "hint" }, error.message));
  }
}

/**
 * @param {string} symbol
 * @param {string} label
 * @param {string} spoken
 * @param {() => unknown} onclick
 */
function action(symbol, label, spoken, onclick) {
  return element(
    "button",
    { type: "button", class: "action", "aria-label": spoken, onclick },
    icon(symbol),
    element("span", {}, label),
  );
}
