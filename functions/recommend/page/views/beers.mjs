/** The list: beers for whoever stands at the bar. */

import * as api from "../api.mjs";
import { card } from "../widgets/beer-card.mjs";
import { element } from "../elements.mjs";
import { filters, isNarrowed } from "../widgets/filters.mjs";
import * as guest from "../guest.mjs";
import * as menu from "../widgets/menu.mjs";
import { settle } from "../widgets/animated-list.mjs";
import { notice } from "../widgets/notice.mjs";
import { empty, failed, skeletons } from "../widgets/placeholders.mjs";
import { count, score } from "../formats.mjs";

const STEP = 10;
const MOST = 100;
const NO_WISHES = { style: null, brewery: null, min_abv: null, max_abv: null };

// What was wished for stays while the guest looks at the other views.
const wished = { of: null, filters: { ...NO_WISHES }, menu: null, limit: STEP };

/** The view; `leave` is a signal that ends what it waits for. */
export function beersView(leave) {
  const who = guest.current();
  const key = who.username ?? "";
  if (wished.of !== key) Object.assign(wished, { of: key, filters: { ...NO_WISHES }, menu: null, limit: STEP });

  let asked = new AbortController();
  leave.addEventListener("abort", () => asked.abort());

  const lede = element("p", { class: "lede" }, usual());
  const side = element("div", { class: "tap" });
  const list = element("ol", { class: "cards", "aria-label": "Beers to try", "aria-busy": "true" }, skeletons(5));
  const state = element("div", { class: "list-state" });
  const more = element("button", { type: "button", class: "more", hidden: true, onclick: showMore }, "Show more beers");
  invite();
  load();

  async function load(said = null) {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(signal);
      if (!signal.aborted) show(answer, said);
    } catch (error) {
      if (signal.aborted) return;
      list.replaceChildren();
      more.hidden = true;
      state.replaceChildren(failed(error, () => (list.replaceChildren(...skeletons(5)), state.replaceChildren(), load())));
      list.setAttribute("aria-busy", "false");
    }
  }

  function ask(signal) {
    const wishes = { ...wished.filters, limit: wished.limit, explain: true };
    if (wished.menu === null) return api.recommendations(guest.current(), guest.scores(), wishes, signal);
    return api.menu(guest.current(), guest.scores(), { ...wishes, limit: MOST, menu: wished.menu }, signal);
  }

  function show(answer, said) {
    const focused = list.contains(document.activeElement) ? [...list.children].findIndex((item) => item.contains(document.activeElement)) : -1;
    const beforehand = list.querySelector("[data-beer]") !== null;
    const fresh = settle(list, answer.beers.map((beer) => card(beer, answer.basis, rate)));
    list.setAttribute("aria-busy", "false");
    if (focused >= 0) list.children[Math.min(focused, list.children.length - 1)]?.querySelector("summary, input")?.focus({ preventScroll: true });
    lede.textContent = (answer.beers.length > 0 && answer.note) || usual();
    more.hidden = wished.menu !== null || answer.beers.length < wished.limit || wished.limit >= MOST;
    state.replaceChildren(...(answer.beers.length === 0 ? [nothing(answer)] : []));
    if (wished.menu === null) invite();
    else side.replaceChildren(menu.placed(answer, { edit: openSheet, leave: leaveMenu, replace: replaceLine }));
    if (said) notice(`${said} ${fresh.length === 0 ? "The list stays as it is." : `${count(fresh.length, "beer is", "beers are")} new on your list.`}`);
    else if (beforehand) notice(answer.beers.length === 0 ? "No beers on your list." : `${count(answer.beers.length, "beer")} on your list.`);
  }

  async function rate(beer, given) {
    const item = list.querySelector(`[data-beer="${CSS.escape(beer.beer_id)}"]`);
    item?.setAttribute("aria-busy", "true");
    try {
      if (guest.isNewcomer()) guest.rate(beer, given);
      else await api.review(guest.current().username, beer.beer_id, given);
      if (!leave.aborted) await load(`You gave ${beer.name} ${score(given)}.`);
    } catch (error) {
      item?.removeAttribute("aria-busy");
      notice(`Your score for ${beer.name} was not saved: ${error.message}`);
    }
  }

  function showMore() {
    wished.limit = Math.min(wished.limit + STEP, MOST);
    load();
  }
  function narrow(wishes) {
    Object.assign(wished, { filters: wishes, limit: STEP });
    load();
  }
  function invite() {
    if (!side.querySelector(".invitation")) side.replaceChildren(menu.invitation(openSheet));
  }
  function openSheet() {
    const sheet = menu.sheet(wished.menu ?? "", (text) => ((wished.menu = text), load()));
    document.body.append(sheet);
    sheet.showModal();
  }
  function leaveMenu() {
    wished.menu = null;
    invite();
    side.querySelector("button").focus();
    load();
  }
  function replaceLine(number, text) {
    const lines = wished.menu.split(/\r?\n/);
    lines[number - 1] = text;
    wished.menu = lines.join("\n");
    load();
  }
  function nothing({ note }) {
    if (wished.menu !== null) return empty("Nothing new on this menu", note ?? "None of its lines is a beer that you have yet to try.");
    if (isNarrowed(wished.filters)) return empty("No beer is like that", note ?? "Try another style, brewery or strength.");
    return empty("Nothing left to try", note ?? "You have rated every beer there is.");
  }

  return element(
    "div",
    { class: "view view-beers" },
    element("header", { class: "view-head" }, element("h1", { tabindex: -1 }, "Beers for you"), lede),
    element("div", { class: "aside" }, side, filters(wished.filters, narrow)),
    element("section", { class: "list", "aria-label": "The list" }, list, state, more),
  );
}

/** Where the list comes from, if the API has nothing to say about it. */
function usual() {
  const { username, ratings } = guest.current();
  if (username) return "Picked from what you have rated so far.";
  const number = Object.keys(ratings).length;
  return number === 0 ? "Rate a beer that you know, and the list becomes yours." : `Picked from your ${count(number, "rating")} on this device.`;
}
