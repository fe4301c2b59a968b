/** The page: one view at a time, named by the address after the #. */

import { parsed } from "./addresses.mjs";
import { element } from "./elements.mjs";
import * as guest from "./guest.mjs";
import { API, ApiError, answered } from "./http.mjs";
import { icon } from "./kind.mjs";
import { language } from "./language.mjs";
import * as outbox from "./offline/outbox.mjs";
import * as signIn from "./sign-in.mjs";
import { notify } from "./widgets/notice.mjs";
import { errorState } from "./widgets/placeholders.mjs";
import { words } from "./words.mjs";

/**
 * `leaving` ends what the view waits for; `about` is what the address says beside the view.
 *
 * @typedef {(leaving: AbortSignal, about: string) => HTMLElement} Render
 */
/**
 * @typedef {object} View
 * @property {() => Promise<Render>} load Its module: a first visit waits for that of one view only.
 * @property {string} title
 * @property {boolean} [needsGuest]
 */

const WHO_ARE_YOU = "#/you";
const BEERS = "#/beers";
const { titles, chosen, taste, failures } = words;
/** @type {Record<string, View>} */
const VIEWS = {
  [WHO_ARE_YOU]: {
    load: async () => (await import("./views/who-are-you.mjs")).whoAreYouView,
    title: titles.whoAreYou,
  },
  "#/new": {
    load: async () => (await import("./views/first-ratings.mjs")).firstRatingsView,
    title: titles.taps,
  },
  [BEERS]: {
    load: async () => (await import("./views/beers.mjs")).beersView,
    title: titles.beers,
  },
  "#/beer": {
    load: async () => (await import("./beers/beer-view.mjs")).beerView,
    title: titles.beers,
  },
  "#/brewery": {
    load: async () => (await import("./beers/brewery-view.mjs")).breweryView,
    title: titles.beers,
  },
  "#/list": {
    load: async () => (await import("./beers/chosen-view.mjs")).sharedListView,
    title: chosen.list,
  },
  "#/wishes": {
    load: async () => (await import("./beers/chosen-view.mjs")).wishesView,
    title: chosen.wishes,
  },
  "#/dismissed": {
    load: async () => (await import("./beers/chosen-view.mjs")).dismissedView,
    title: chosen.dismissed,
  },
  "#/taste": {
    load: async () => (await import("./views/taste.mjs")).tasteView,
    title: taste.title,
  },
  "#/ratings": {
    load: async () => (await import("./views/ratings.mjs")).ratingsView,
    title: titles.ratings,
    needsGuest: true,
  },
  "#/model": {
    load: async () => (await import("./views/model.mjs")).modelView,
    title: titles.model,
  },
};

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
let leaving = new AbortController();
let isFirstView = true;

async function show() {
  const { view, about } = parsed(location.hash);
  const asked = view in VIEWS ? view : BEERS;
  const shown = VIEWS[asked].needsGuest && guest.current() === null ? WHO_ARE_YOU : asked;
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const render = await VIEWS[shown].load().catch(() => couldNotLoad);
  if (signal.aborted) return;
  document.title = `${VIEWS[shown].title} · Taproom`;
  main.replaceChildren(render(signal, about));
  markLink(shown);
  scrollTo(0, 0);
  // At first the focus belongs to the browser; later a screen reader should hear where it is.
  if (!isFirstView) main.querySelector("h1")?.focus({ preventScroll: true });
  isFirstView = false;
}

/** In place of a view whose module does not come: some browsers ask again on a reload only. */
function couldNotLoad() {
  return errorState(new ApiError(0, failures.unreachable), () => location.reload());
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
  const { skip, views, beers, taste, ratings, model } = words.frame;
  for (const [id, said] of Object.entries({ skip, beers, taste, ratings, model })) {
    document.getElementById(`say-${id}`)?.append(said);
  }
  document.getElementById("item-icon")?.setAttribute("href", `#${icon}`);
  document.querySelector("nav")?.setAttribute("aria-label", views);
}

/** Whoever has signed in is the guest, with their ratings; a name without a token is none. */
async function becomeWhoSignedIn() {
  const username = signIn.username();
  if (signIn.isOpen() || username === guest.username()) return;
  if (username === null) {
    if (!guest.isNewcomer()) guest.become(null);
    return;
  }
  try {
    const number = await guest.keepAs(username);
    if (number > 0) notify(words.keep.kept(number));
  } catch (error) {
    // Those that are left stay on this device, for the next time.
    notify(words.keep.notKept(error.message));
  }
}

/** Send what could not be sent before. */
async function sendWaiting() {
  const username = guest.username();
  if (username !== null && outbox.waiting(username).length > 0) await outbox.send(username);
}

/** Have all views there without signal, and the page at the next visit, but the list before. */
async function keepPage() {
  await answered();
  await Promise.all(Object.values(VIEWS).map(({ load }) => load().catch(() => null)));
  const worker = new URL(`service-worker.mjs?language=${language}`, import.meta.url);
  // A browser may have none, or keep nothing in a private window.
  await navigator.serviceWorker?.register(worker, { scope: API.href }).catch(() => null);
}

speak();
await outbox.begin();
await signIn.begin();
await becomeWhoSignedIn();
guest.follow(showGuest);
addEventListener("hashchange", show);
addEventListener("online", sendWaiting);
showGuest();
await show();
sendWaiting();
keepPage();
