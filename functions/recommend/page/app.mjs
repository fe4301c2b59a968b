/** The page: one view at a time, named by the address after the #. */

import { element } from "./elements.mjs";
import * as guest from "./guest.mjs";
import { icon } from "./kind.mjs";
import * as signIn from "./sign-in.mjs";
import { beersView } from "./views/beers.mjs";
import { firstRatingsView } from "./views/first-ratings.mjs";
import { modelView } from "./views/model.mjs";
import { ratingsView } from "./views/ratings.mjs";
import { whoAreYouView } from "./views/who-are-you.mjs";
import { words } from "./words.mjs";

/**
 * @typedef {object} View
 * @property {(leaving: AbortSignal) => HTMLElement} render `leaving` ends what the view waits for
 * @property {string} title
 * @property {boolean} [needsGuest]
 */

const WHO_ARE_YOU = "#/you";
const BEERS = "#/beers";
/** @type {Record<string, View>} */
const VIEWS = {
  [WHO_ARE_YOU]: { render: whoAreYouView, title: words.titles.whoAreYou },
  "#/new": { render: firstRatingsView, title: words.titles.firstRatings },
  [BEERS]: { render: beersView, title: words.titles.beers, needsGuest: true },
  "#/ratings": { render: ratingsView, title: words.titles.ratings, needsGuest: true },
  "#/model": { render: modelView, title: words.titles.model },
};

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
let leaving = new AbortController();
let isFirstView = true;

function show() {
  const address = location.hash in VIEWS ? location.hash : BEERS;
  const shown = VIEWS[address].needsGuest && guest.current() === null ? WHO_ARE_YOU : address;
  leaving.abort();
  leaving = new AbortController();
  main.replaceChildren(VIEWS[shown].render(leaving.signal));
  document.title = `${VIEWS[shown].title} · Taproom`;
  markLink(shown);
  scrollTo(0, 0);
  // At first the focus belongs to the browser; later a screen reader should hear where it is.
  if (!isFirstView) main.querySelector("h1")?.focus({ preventScroll: true });
  isFirstView = false;
}

/** @param {string} address */
function markLink(address) {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === address) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function showGuest() {
  const isNobody = guest.current() === null;
  const name = isNobody ? words.frame.whoAreYou : (guest.username() ?? words.frame.newcomer);
  document
    .getElementById("who")
    ?.replaceChildren(
      element("span", { class: "unseen" }, isNobody ? "" : words.frame.youAre),
      element("span", { class: "who-name" }, name),
    );
}

// The address after the # names a view here: the link must not change it.
document.getElementById("say-skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
/** What index.html says itself. */
function speak() {
  const { skip, views, beers, ratings, model } = words.frame;
  for (const [id, said] of Object.entries({ skip, beers, ratings, model })) {
    document.getElementById(`say-${id}`)?.append(said);
  }
  document.getElementById("item-icon")?.setAttribute("href", `#${icon}`);
  document.querySelector("nav")?.setAttribute("aria-label", views);
}

/** Whoever has signed in is the guest; a name that nobody vouches for is none. */
function becomeWhoSignedIn() {
  const username = signIn.username();
  if (!signIn.isOpen() && username !== guest.username()) {
    if (username !== null) guest.become({ username });
    else if (!guest.isNewcomer()) guest.become(null);
  }
}

speak();
await signIn.begin();
becomeWhoSignedIn();
guest.follow(showGuest);
addEventListener("hashchange", show);
showGuest();
show();
