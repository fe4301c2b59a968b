/**
 * A text field that offers what fits as one types: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */

import { element } from "../elements.mjs";

const PATIENCE = 140; // milliseconds without a key before the question is asked

/**
 * `find(text, signal)` answers a promise of offers `{title, hint, ...}`, `onchoose` gets the chosen one.
 * `none(text)` is what is said when there are none.
 */
export function combobox({ id, label, placeholder, hint, value = "", fewest = 1, find, none, onchoose, onclear }) {
  let offers = [];
  let active = -1;
  let asked = new AbortController();
  let timer = 0;

  const list = element("ul", { role: "listbox", id: `${id}-list`, class: "offers", "aria-label": label, hidden: true });
  const status = element("p", { class: "unseen", role: "status" });
  const message = element("p", { class: "offers-message", hidden: true });
  const input = element("input", {
    id,
    value,
    type: "text",
    role: "combobox",
    class: "field",
    placeholder,
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-describedby": hint ? `${id}-hint` : null,
    oninput: ask,
    onkeydown: press,
    onblur: close,
    onfocus: () => input.value.trim().length >= fewest && input.value !== value && ask(),
  });

  function ask() {
    clearTimeout(timer);
    asked.abort();
    const text = input.value.trim();
    if (text.length === 0 && onclear) onclear();
    if (text.length < fewest) return close();
    timer = setTimeout(async () => {
      asked = new AbortController();
      const { signal } = asked;
      try {
        offer(await find(text, signal), text);
      } catch (error) {
        if (!signal.aborted) say(error.message);
      }
    }, PATIENCE);
  }

  function offer(found, text) {
    if (document.activeElement !== input) return;
    offers = found;
    active = -1;
    list.replaceChildren(
      ...found.map((one, place) =>
        element(
          "li",
          {
            role: "option",
            id: `${id}-${place}`,
            "aria-selected": "false",
            // Before the field loses its focus, which closes the list.
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => choose(place),
          },
          element("span", { class: "offer-title" }, one.title),
          one.hint && element("span", { class: "offer-hint" }, one.hint),
        ),
      ),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
    if (found.length === 0) return say(none(text));
    message.hidden = true;
    status.textContent = found.length === 1 ? "1 offer" : `${found.length} offers`;
  }

  function say(text) {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    message.textContent = status.textContent = text;
    message.hidden = false;
  }

  function press(event) {
    const open = !list.hidden;
    if (event.key === "ArrowDown" && !open) ask();
    else if (event.key === "ArrowDown") move((active + 1) % offers.length);
    else if (event.key === "ArrowUp" && open) move((active <= 0 ? offers.length : active) - 1);
    else if (event.key === "Enter" && open) choose(Math.max(active, 0));
    else if (event.key === "Escape" && open) close();
    else if (event.key === "Escape" && input.value) (input.value = ""), ask();
    else return;
    event.preventDefault();
  }

  function move(place) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = place;
    const chosen = list.children[active];
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  }

  function choose(place) {
    const chosen = offers[place];
    input.value = value = chosen.title;
    close();
    onchoose(chosen);
  }

  function close() {
    clearTimeout(timer);
    asked.abort();
    list.hidden = message.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  const whole = element(
    "div",
    { class: "combobox" },
    element("label", { for: id }, label),
    hint && element("p", { class: "hint", id: `${id}-hint` }, hint),
    input,
    list,
    message,
    status,
  );
  return { whole, input, empty: () => ((input.value = value = ""), close()) };
}
