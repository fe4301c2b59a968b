/** Who are you: a username, or a newcomer who rates a few well-known beers. */

import * as api from "../api.mjs";
import { element, icon, viewHead } from "../elements.mjs";
import * as guest from "../guest.mjs";
import * as earlier from "../offline/earlier.mjs";
import * as outbox from "../offline/outbox.mjs";
import * as signIn from "../sign-in.mjs";
import { Combobox } from "../widgets/combobox.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";

const LONGEST_NAME = 64; // characters; the API takes 256 bytes

export function whoAreYouView() {
  const username = guest.username();
  const waiting = outbox.waiting(username).length;
  return element(
    "div",
    { class: "view view-you" },
    viewHead(
      username ? words.whoAreYou.somebodyElse : words.titles.whoAreYou,
      element("p", { class: "lede" }, words.whoAreYou.lede),
    ),
    element(
      "div",
      { class: "doors" },
      kept() > 0 && signIn.isOpen() && keepDoor(),
      signIn.isOpen() ? userDoor() : signInDoor(),
      newcomerDoor(),
    ),
    guest.current() &&
      element(
        "p",
        { class: "fine" },
        username ? words.whoAreYou.youAre(username) : words.whoAreYou.youAreNewcomer,
        element(
          "button",
          { type: "button", class: "quiet", onclick: forget },
          signIn.username() === null ? words.whoAreYou.forgetMe : words.whoAreYou.signOut,
        ),
        waiting > 0 && ` ${words.whoAreYou.unsent(waiting)}`,
      ),
  );
}

function kept() {
  return Object.keys(guest.ratings()).length;
}

/** Where anybody may be anybody: a newcomer becomes a user under a name that nobody has. */
function keepDoor() {
  const field = element("input", {
    id: "new-name",
    class: "field",
    required: true,
    maxlength: LONGEST_NAME,
    autocomplete: "username",
  });
  const problem = element("p", { class: "hint", role: "alert" });
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    problem.textContent = (await problemOf(field.value.trim())) ?? "";
    if (problem.textContent === "") location.hash = "#/beers";
  };
  return element(
    "section",
    { class: "door" },
    element("h2", {}, words.keep.heading),
    element("p", {}, words.keep.lede(kept())),
    element(
      "form",
      { class: "keep-form", onsubmit },
      element("label", { for: "new-name" }, words.keep.name),
      field,
      problem,
      element("button", { type: "submit", class: "primary" }, words.keep.choose),
    ),
  );
}

/**
 * Keep a newcomer's ratings under a name.
 *
 * @param {string} name
 * @returns {Promise<string | null>} Why that can't be, null where it is done.
 */
async function problemOf(name) {
  try {
    const { usernames } = await api.users(name);
    if (usernames.includes(name)) return words.keep.taken(name);
    notify(words.keep.kept(await guest.keepAs(name)));
    return null;
  } catch (error) {
    return words.keep.notKept(error.message);
  }
}

function userDoor() {
  const picker = new Combobox({
    id: "username",
    label: words.whoAreYou.username,
    placeholder: words.whoAreYou.beginToType,
    find: findUsers,
    nothingFound: words.whoAreYou.nobody,
    onChoose: ({ title }) => {
      guest.become({ username: title });
      location.hash = "#/beers";
    },
  });
  return element(
    "section",
    { class: "door" },
    element("h2", {}, words.whoAreYou.ratedBefore),
    picker.element,
    element("p", { class: "hint" }, words.whoAreYou.open),
  );
}

function signInDoor() {
  const way = element(
    "button",
    { type: "button", class: "button", onclick: () => signIn.signIn() },
    words.whoAreYou.signIn,
    icon("arrow"),
  );
  return element(
    "section",
    { class: "door" },
    element("h2", {}, words.whoAreYou.ratedBefore),
    element("p", {}, signIn.isPossible() ? words.whoAreYou.yours : words.whoAreYou.programsOnly),
    signIn.isPossible() && kept() > 0 && element("p", {}, words.keep.signIn(kept())),
    signIn.isPossible() && way,
  );
}

function newcomerDoor() {
  return element(
    "section",
    { class: "door" },
    element("h2", {}, words.whoAreYou.newHere),
    element("p", {}, words.whoAreYou.onThisDevice),
    element(
      "a",
      { class: "button", href: "#/new" },
      guest.isNewcomer() ? words.whoAreYou.goOn : words.whoAreYou.rateAFew,
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

async function forget() {
  const wasSignedIn = signIn.username() !== null;
  // Before the page may be left.
  await Promise.all([outbox.forget(guest.username()), earlier.forget()]);
  guest.become(null);
  if (wasSignedIn) signIn.signOut();
  // The address stays: it is shown anew.
  dispatchEvent(new HashChangeEvent("hashchange"));
}
