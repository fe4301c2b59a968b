/** What the guest gave, beside what the model predicts. */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import * as guest from "../guest.mjs";
import { notice } from "../widgets/notice.mjs";
import { bone, empty, failed } from "../widgets/placeholders.mjs";
import { stars } from "../widgets/star-rating.mjs";
import { count, predicted, score } from "../formats.mjs";

const STEP = 30;
const NEWCOMERS = 12; // a newcomer's predictions take a question each

export function ratingsView(leave) {
  const who = guest.current();
  const lede = element("p", { class: "lede", role: "status" }, "What you gave, beside what the model predicts without having been told.");
  const list = element("ol", { class: "ratings", "aria-label": "My ratings", "aria-busy": "true" }, skeletons());
  const state = element("div", {});
  const more = element("button", { type: "button", class: "more", hidden: true, onclick: load }, "Show older ratings");
  let shown = [];
  load();

  async function load() {
    state.replaceChildren();
    more.hidden = true;
    try {
      const { reviews, total } = who.username ? await theirs(who.username, shown.length, leave) : await own(leave);
      if (leave.aborted) return;
      shown = [...shown, ...reviews];
      list.replaceChildren(...shown.map(row));
      lede.textContent = summary(shown, total) ?? lede.textContent;
      more.hidden = shown.length >= total;
      if (total === 0) state.replaceChildren(nothing());
    } catch (error) {
      if (leave.aborted) return;
      if (shown.length === 0) list.replaceChildren();
      state.replaceChildren(error.status === 404 ? nothing() : failed(error, load));
    }
    list.setAttribute("aria-busy", "false");
  }

  function row(review) {
    const name = review.name ?? "A beer that is no longer listed";
    const editor = element("div", { class: "rating-editor", hidden: true });
    const change = element(
      "button",
      { type: "button", class: "quiet", "aria-expanded": "false", "aria-label": `Change my score for ${name}`, onclick: open },
      "Change",
    );
    function open() {
      const opening = editor.hidden;
      editor.hidden = !opening;
      change.setAttribute("aria-expanded", String(opening));
      editor.replaceChildren(...(opening ? [stars(name, review.score, save)] : []));
      if (opening) (editor.querySelector("input:checked") ?? editor.querySelector("input")).focus();
    }
    async function save(given) {
      try {
        if (who.username) await api.review(who.username, review.beer_id, given);
        else guest.rate(review, given);
        review.score = given;
        const changed = row(review);
        item.replaceWith(changed);
        changed.querySelector("button")?.focus();
        lede.textContent = summary(shown, null) ?? lede.textContent;
        notice(`You gave ${name} ${score(given)}.`);
      } catch (error) {
        notice(`Your score for ${name} was not saved: ${error.message}`);
      }
    }
    const item = element(
      "li",
      { class: "rating", "data-beer": review.beer_id },
      element("div", { class: "rating-beer" }, element("h2", { class: "card-name" }, name), element("p", { class: "card-facts" }, [review.brewery, review.style].filter(Boolean).join(" · "))),
      element("p", { class: "rating-scores" }, figure("You", score(review.score), "mine"), figure("Model", review.predicted === null ? "–" : predicted(review.predicted), "models")),
      beside(review),
      review.name !== null && change,
      editor,
    );
    return item;
  }

  return element(
    "div",
    { class: "view view-ratings" },
    element("header", { class: "view-head" }, element("h1", { tabindex: -1 }, "My ratings"), lede),
    list,
    state,
    more,
  );
}

async function theirs(username, offset, signal) {
  return api.reviews(username, { limit: STEP, offset }, signal);
}

/** A newcomer's ratings, the latest first; each prediction is made from the other ratings alone. */
async function own(signal) {
  const rated = Object.entries(guest.current().ratings).reverse();
  const scores = guest.scores();
  const reviews = await Promise.all(
    rated.map(async ([beerId, rating], place) => {
      const { [beerId]: _, ...others } = scores;
      const known = place < NEWCOMERS && Object.keys(others).length > 0;
      const answer = known && (await api.anyones({ ratings: others, candidates: [beerId], limit: 1 }, signal));
      const personal = answer && answer.basis === "personal" ? answer.beers[0] : undefined;
      return { ...rating, beer_id: beerId, predicted: personal?.score ?? null };
    }),
  );
  return { reviews, total: reviews.length };
}

function summary(shown, total) {
  const compared = shown.filter((review) => review.predicted !== null);
  if (compared.length === 0) return null;
  const off = compared.reduce((sum, review) => sum + Math.abs(review.score - review.predicted), 0) / compared.length;
  const of = total === null || total === shown.length ? count(shown.length, "rating") : `your latest ${shown.length} of ${count(total, "rating")}`;
  return `Over ${of} the model is ${off.toFixed(2)} off on average, without having been told.`;
}

function figure(label, value, className) {
  return element("span", { class: className }, element("span", {}, label), " ", element("strong", {}, value));
}

/** Both scores on one line of 0 to 5. */
function beside({ score: mine, predicted: models }) {
  const line = element("span", { class: "beside", "aria-hidden": "true" }, element("span", { class: "beside-gap" }), models !== null && element("span", { class: "beside-models" }), element("span", { class: "beside-mine" }));
  line.style.setProperty("--mine", mine / 5);
  line.style.setProperty("--models", (models ?? mine) / 5);
  return line;
}

function nothing() {
  return empty(
    "Nothing rated yet",
    "Rate a beer, and here you see how well the model knows you.",
    element("a", { class: "button", href: guest.isNewcomer() ? "#/new" : "#/beers" }, "Rate a beer"),
  );
}

function skeletons() {
  return Array.from({ length: 6 }, () => element("li", { class: "rating skeleton", "aria-hidden": "true" }, element("div", { class: "rating-beer" }, bone("title"), bone("short")), element("p", { class: "rating-scores" }, bone("line")), bone("meter")));
}
