/** The page: one view at a time, named by the address after the #. */

import { beersView } from "./views/beers.mjs";
import { element } from "./elements.mjs";
import * as guest from "./guest.mjs";
import { modelView } from "./views/model.mjs";
import { ratingsView } from "./views/ratings.mjs";
import { newView, youView } from "./views/who-are-you.mjs";

const VIEWS = {
  "#/you": { view: youView, title: "Who are you?" },
  "#/new": { view: newView, title: "Beers you know" },
  "#/beers": { view: beersView, title: "Beers for you", personal: true },
  "#/ratings": { view: ratingsView, title: "My ratings", personal: true },
  "#/model": { view: modelView, title: "The model" },
};

const main = document.getElementById("main");
let left = new AbortController();
let first = true;

function show() {
  const address = location.hash in VIEWS ? location.hash : "#/beers";
  const chosen = VIEWS[address].personal && guest.current() === null ? "#/you" : address;
  left.abort();
  left = new AbortController();
  main.replaceChildren(VIEWS[chosen].view(left.signal));
  document.title = `${VIEWS[chosen].title} · Taproom`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === chosen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
  // On the first visit the focus belongs to the browser; later a screen reader should hear where it is.
  if (!first) main.querySelector("h1").focus({ preventScroll: true });
  first = false;
}

function name() {
  const who = guest.current();
  const label = who === null ? "Who are you?" : (who.username ?? "Newcomer");
  document.getElementById("who").replaceChildren(element("span", { class: "unseen" }, who === null ? "" : "You are "), element("span", { class: "who-name" }, label));
}

// The address after the # names a view here: the link must not change it.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
guest.follow(name);
addEventListener("hashchange", show);
name();
show();
