/** What the page shows as a link: whoever opens it sees the same, by their own taste. */

import { element, icon } from "../elements.mjs";
import { notify } from "../widgets/notice.mjs";
import { words } from "../words.mjs";

/**
 * @param {() => string} address What stands after the # when it is shared.
 * @param {string} [label]
 */
export function shareButton(address, label = words.actions.share) {
  return element(
    "button",
    { type: "button", class: "action", onclick: () => share(address()) },
    icon("share"),
    element("span", {}, label),
  );
}

/** @param {string} address */
async function share(address) {
  const whole = new URL(address, location.href).href;
  try {
    await navigator.clipboard.writeText(whole);
    notify(words.actions.shared);
  } catch {
    // Without a safe connection, or without leave, the page can't copy.
    notify(words.actions.notShared(whole));
  }
}
