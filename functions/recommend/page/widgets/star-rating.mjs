/**
 * The control that takes a score: five stars in halves.
 *
 * A tap on a star rates at once: a mouse by the half that it points at, a finger, which needs more
 * room, by the whole star, and by half of it the second time. The arrow keys (and whatever a screen
 * reader does) only choose; Enter, or the button that then appears, rates.
 */

import { element, svgElement } from "../elements.mjs";
import { givenScore } from "../formats.mjs";
import { words } from "../words.mjs";

const SCORES = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];
let controls = 0;

/**
 * @param {string} beer Its name.
 * @param {number | null} score Given before.
 * @param {(score: number) => unknown} onRate
 */
export function starRating(beer, score, onRate) {
  return new StarRating(score, onRate).render(beer);
}

class StarRating {
  /** @type {number | null} */
  #chosen;
  #onRate;
  #name = `stars-${++controls}`;
  #filled = starRow("stars-filled");
  #figure = element("span", { class: "stars-value", "aria-hidden": "true" });
  #save = element("button", { type: "button", class: "save", hidden: true });

  /**
   * @param {number | null} score
   * @param {(score: number) => unknown} onRate
   */
  constructor(score, onRate) {
    this.#chosen = score;
    this.#onRate = onRate;
    this.#save.addEventListener("click", () => this.#rateChosen());
    this.#show(score);
  }

  /** @param {string} beer */
  render(beer) {
    return element(
      "fieldset",
      { class: "stars" },
      element("legend", { class: "unseen" }, words.rating.of(beer)),
      this.#figure,
      element(
        "div",
        { class: "stars-row", onpointerleave: () => this.#show(this.#chosen) },
        starRow("stars-empty"),
        this.#filled,
        SCORES.map((score) => this.#option(score)),
      ),
      this.#save,
    );
  }

  /** @param {number} score */
  #option(score) {
    const input = element("input", {
      type: "radio",
      name: this.#name,
      value: score,
      checked: score === this.#chosen,
      "aria-label": words.rating.outOf(score),
      // What a pointer did has a detail; what the keyboard did has none.
      onclick: (event) => (event.detail > 0 ? this.#tap(event, score) : this.#choose(score)),
      onkeydown: (event) => this.#press(event),
    });
    const preview = (/** @type {PointerEvent} */ event) => {
      if (event.pointerType === "mouse") this.#show(score);
    };
    return element("label", { onpointerenter: preview }, input);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Enter" || this.#chosen === null) return;
    event.preventDefault();
    this.#rate(this.#chosen);
  }

  /** @param {number} score */
  #choose(score) {
    this.#chosen = score;
    this.#show(score);
    this.#save.textContent = words.rating.save(score);
    this.#save.hidden = false;
  }

  /**
   * @param {MouseEvent} event
   * @param {number} score
   */
  #tap(event, score) {
    const isFinger = event instanceof PointerEvent && event.pointerType === "touch";
    const whole = Math.ceil(score);
    this.#rate(!isFinger ? score : whole === this.#chosen ? whole - 0.5 : whole);
  }

  #rateChosen() {
    if (this.#chosen !== null) this.#rate(this.#chosen);
  }

  /** @param {number} score */
  #rate(score) {
    this.#chosen = score;
    this.#show(score);
    this.#save.hidden = true;
    this.#onRate(score);
  }

  /** @param {number | null} score */
  #show(score) {
    this.#filled.style.setProperty("--share", `${((score ?? 0) / 5) * 100}%`);
    this.#figure.textContent = score === null ? words.rating.prompt : givenScore(score);
    this.#figure.classList.toggle("stars-given", score !== null);
  }
}

/** @param {string} className */
function starRow(className) {
  const star = () =>
    svgElement("svg", { viewBox: "0 0 24 24" }, svgElement("use", { href: "#star" }));
  return element(
    "span",
    { class: className, "aria-hidden": "true" },
    Array.from({ length: 5 }, star),
  );
}
