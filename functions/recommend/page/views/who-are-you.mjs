/** Who are you: a username, or a newcomer who rates a few well-known beers. */

import * as api from "../api.mjs";
import { element, icon } from "../elements.mjs";
import * as guest from "../guest.mjs";
import * as signIn from "../sign-in.mjs";
import { Combobox } from "../widgets/combobox.mjs";

export function whoAreYouView() {
  const username = guest.username();
  return element(
    "div",
    { class: "view view-you" },
    element(
      "header",
      { class: "view-head" },
      element("h1", { tabindex: -1 }, username ? "Somebody else?" : "What’s your next beer?"),
      element(
        "p",
        { class: "lede" },
        "Tell Taproom who you are, and it picks from everything you have rated.",
      ),
    ),
    element("div", { class: "doors" }, signIn.isOpen() ? userDoor() : signInDoor(), newcomerDoor()),
    guest.current() &&
      element(
        "p",
        { class: "fine" },
        username ? `You are ${username}. ` : "You are a newcomer on this device. ",
        element(
          "button",
          { type: "button", class: "quiet", onclick: forget },
          signIn.username() === null ? "Forget me" : "Sign out",
        ),
      ),
  );
}

function userDoor() {
  const picker = new Combobox({
    id: "username",
    label: "Your username",
    placeholder: "Begin to type it",
    find: findUsers,
    nothingFound: (text) => `Nobody’s name begins with “${text}”.`,
    onChoose: ({ title }) => {
      guest.become({ username: title });
      location.hash = "#/beers";
    },
  });
  return element(
    "section",
    { class: "door" },
    element("h2", {}, "I’ve rated beers before"),
    picker.element,
    element("p", { class: "hint" }, "This Taproom is open, for trying out: anyone may be anyone."),
  );
}

function signInDoor() {
  const way = element(
    "button",
    { type: "button", class: "button", onclick: () => signIn.signIn() },
    "Sign in",
    icon("arrow"),
  );
  return element(
    "section",
    { class: "door" },
    element("h2", {}, "I’ve rated beers before"),
    element(
      "p",
      {},
      signIn.isPossible()
        ? "Your ratings are yours alone: sign in to use them."
        : "Here only programs can ask about those who have rated, not this page.",
    ),
    signIn.isPossible() && way,
  );
}

function newcomerDoor() {
  return element(
    "section",
    { class: "door" },
    element("h2", {}, "I’m new here"),
    element("p", {}, "Rate a few beers that you know. Your scores stay on this device."),
    element(
      "a",
      { class: "button", href: "#/new" },
      guest.isNewcomer() ? "Go on rating" : "Rate a few beers",
      icon("arrow"),
    ),
  );
}

/**
 * @param {string} prefix
 * @param {AbortSignal} signal
 */
async function findUsers(prefix, signal) {
  const { usernames } = await api.users(prefix, signal);
  return usernames.map((username) => ({ title: username }));
}

function forget() {
  const wasSignedIn = signIn.username() !== null;
  guest.become(null);
  if (wasSignedIn) signIn.signOut();
  // The address stays: it is shown anew.
  dispatchEvent(new HashChangeEvent("hashchange"));
}
