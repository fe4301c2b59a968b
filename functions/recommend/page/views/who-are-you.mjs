/** Who are you: a username, or a newcomer who rates a few well-known beers. */

import * as api from "../api.mjs";
import { facts } from "../widgets/beer-card.mjs";
import { combobox } from "../widgets/combobox.mjs";
import { element, icon } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { bone, failed } from "../widgets/placeholders.mjs";
import { stars } from "../widgets/star-rating.mjs";
import { count } from "../formats.mjs";

const KNOWN = 12;
const GOOD_START = 3;

export function youView() {
  const who = guest.current();
  const picker = combobox({
    id: "username",
    label: "Your username",
    placeholder: "Begin to type it",
    find: async (text, signal) => (await api.users(text, signal)).usernames.map((username) => ({ title: username, username })),
    none: (text) => `Nobody’s name begins with “${text}”.`,
    onchoose: ({ username }) => {
      guest.become({ username });
      location.hash = "#/beers";
    },
  });
  return element(
    "div",
    { class: "view view-you" },
    element(
      "header",
      { class: "view-head" },
      element("h1", { tabindex: -1 }, who?.username ? "Somebody else?" : "What’s your next beer?"),
      element("p", { class: "lede" }, "Tell Taproom who you are, and it picks from everything you have rated."),
    ),
    element(
      "div",
      { class: "doors" },
      element("section", { class: "door" }, element("h2", {}, "I’ve rated beers before"), picker.whole),
      element(
        "section",
        { class: "door" },
        element("h2", {}, "I’m new here"),
        element("p", {}, "Rate a few beers that you know. Your scores stay on this device."),
        element("a", { class: "button", href: "#/new" }, guest.isNewcomer() ? "Go on rating" : "Rate a few beers", icon("arrow")),
      ),
    ),
    who && element("p", { class: "fine" }, who.username ? `You are ${who.username}. ` : "You are a newcomer on this device. ", element("button", { type: "button", class: "quiet", onclick: forget }, "Forget me")),
  );
}

function forget() {
  guest.become(null);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The newcomer's first beers. */
export function newView(leave) {
  if (!guest.isNewcomer()) guest.become({ ratings: {} });
  let offset = 0;
  const list = element("ul", { class: "known", "aria-busy": "true", "aria-label": "Well-known beers" });
  const state = element("div", {});
  const more = element("button", { type: "button", class: "more", hidden: true, onclick: () => load() }, "I know none of these: show others");
  const progress = element("p", { role: "status" });
  const onwards = element("a", { class: "button", href: "#/beers" }, "See my beers", icon("arrow"));
  const search = combobox({
    id: "known-beer",
    label: "Another beer you know",
    placeholder: "Search by name or brewery",
    fewest: 2,
    find: async (search, signal) =>
      (await api.beers({ search, limit: 8 }, signal)).beers.map((beer) => ({ title: beer.name, hint: beer.brewery, beer })),
    none: (text) => `No beer matches “${text}”.`,
    onchoose: ({ beer }) => {
      list.querySelector(`[data-beer="${CSS.escape(beer.beer_id)}"]`)?.remove();
      const item = row(beer);
      list.prepend(item);
      search.empty();
      item.querySelector("input").focus();
    },
  });

  async function load() {
    const bones = Array.from({ length: KNOWN }, () => element("li", { class: "known-beer skeleton", "aria-hidden": "true" }, bone("title"), bone("line"), bone("stars")));
    state.replaceChildren();
    list.append(...bones);
    try {
      const { beers, total } = await api.beers({ limit: KNOWN, offset }, leave);
      offset += beers.length;
      const there = new Set([...list.querySelectorAll("[data-beer]")].map((item) => item.dataset.beer));
      const rows = beers.filter((beer) => !there.has(beer.beer_id)).map(row);
      list.append(...rows);
      if (there.size > 0) rows[0]?.querySelector("input").focus();
      more.hidden = offset >= total;
    } catch (error) {
      if (!leave.aborted) state.replaceChildren(failed(error, load));
    }
    for (const one of bones) one.remove();
    list.setAttribute("aria-busy", "false");
  }

  function row(beer) {
    return element(
      "li",
      { class: "known-beer", "data-beer": beer.beer_id },
      element("h2", { class: "card-name" }, beer.name),
      element("p", { class: "card-facts" }, `${beer.brewery} · ${facts(beer)}`),
      stars(beer.name, guest.scores()[beer.beer_id] ?? null, (given) => (guest.rate(beer, given), advance())),
    );
  }

  function advance() {
    const number = Object.keys(guest.scores()).length;
    const left = GOOD_START - number;
    progress.textContent = number === 0 ? "Three make a good start" : left > 0 ? `${number} rated, ${left} more ${left === 1 ? "makes" : "make"} a good start` : `${count(number, "beer")} rated`;
    onwards.classList.toggle("waiting", number === 0);
    onwards.textContent = number === 0 ? "Skip" : "See my beers";
  }

  advance();
  load();
  return element(
    "div",
    { class: "view view-new" },
    element("header", { class: "view-head" }, element("h1", { tabindex: -1 }, "Which of these do you know?"), element("p", { class: "lede" }, "Tap a score for those you’ve had; leave out the rest.")),
    search.whole,
    list,
    state,
    more,
    element("div", { class: "onwards" }, progress, onwards),
  );
}
