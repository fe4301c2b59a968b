/**
 * The control that takes a score: five stars in halves.
 *
 * A tap on a star rates at once. The arrow keys (and whatever a screen reader does) only choose; Enter, or
 * the button that then appears, rates.
 */

import { drawing, element } from "../elements.mjs";
import { score as shown } from "../formats.mjs";

const STEPS = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];
let made = 0;

/** `of` names the beer, `value` is the score given before or null, `onrate` gets the score; `prompt` stands there without one. */
export function stars(of, value, onrate, prompt = "Had it?") {
  const name = `stars-${++made}`;
  let chosen = value;
  const filled = row("stars-filled");
  const figure = element("span", { class: "stars-value", "aria-hidden": "true" });
  const save = element("button", { type: "button", class: "save", hidden: true, onclick: () => rate(chosen) });

  function show(score) {
    filled.style.setProperty("--share", `${((score ?? 0) / 5) * 100}%`);
    figure.textContent = score === null ? prompt : shown(score);
    figure.classList.toggle("stars-given", score !== null);
  }
  function choose(score) {
    chosen = score;
    show(score);
    save.textContent = `Save ${shown(score)}`;
    save.hidden = false;
  }
  function rate(score) {
    chosen = score;
    show(score);
    save.hidden = true;
    onrate(score);
  }

  const steps = STEPS.map((score) => {
    const input = element("input", {
      type: "radio",
      name,
      value: score,
      checked: score === value,
      "aria-label": `${shown(score)} of 5`,
      // What a pointer did has a detail; what the keyboard did has none.
      onclick: (event) => (event.detail > 0 ? rate(score) : choose(score)),
      onkeydown: (event) => event.key === "Enter" && chosen !== null && (event.preventDefault(), rate(chosen)),
    });
    return element("label", { onpointerenter: (event) => event.pointerType === "mouse" && show(score) }, input);
  });
  show(value);
  return element(
    "fieldset",
    { class: "stars" },
    element("legend", { class: "unseen" }, `Your score for ${of}`),
    figure,
    element("div", { class: "stars-row", onpointerleave: () => show(chosen) }, row("stars-empty"), filled, steps),
    save,
  );
}

function row(className) {
  return element(
    "span",
    { class: className, "aria-hidden": "true" },
    [0, 1, 2, 3, 4].map(() => drawing("svg", { viewBox: "0 0 24 24" }, drawing("use", { href: "#star" }))),
  );
}
