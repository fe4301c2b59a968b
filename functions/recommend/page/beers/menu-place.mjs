/**
 * Where a menu is given, and what became of its lines.
 *
 * @import { Menu, Recommendations } from "taproom-api"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import { menuInvitation, menuSheet, menuSummary, menuWaiting } from "../widgets/menu.mjs";
import { shown } from "./list-query.mjs";

export class MenuPlace {
  #onMenu;
  element = element("div", { class: "tap" });

  /** @param {(menu: string | null) => unknown} onMenu Null for all beers. */
  constructor(onMenu) {
    this.#onMenu = onMenu;
    this.#invite();
  }

  /** @param {Recommendations | Menu} answer */
  show(answer) {
    if (!("unplaced" in answer)) return this.#invite();
    const summary = menuSummary(answer, {
      edit: () => this.#openSheet(),
      leave: () => this.#leave(),
      replace: (line, text) => this.#replaceLine(line, text),
    });
    this.#replace(summary);
  }

  /** No answer comes to the menu that was given. */
  fail() {
    if (this.element.querySelector("[aria-busy]")) this.#invite();
  }

  #invite() {
    if (this.element.querySelector(".invitation")) return;
    this.#replace(menuInvitation(() => this.#openSheet()));
  }

  /** @param {HTMLElement} content Which takes over the focus. */
  #replace(content) {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(content);
    if (hadFocus) content.focus({ preventScroll: true });
  }

  #openSheet() {
    const sheet = menuSheet(shown.query.menu ?? "", (menu) => this.#find(menu), api.menuOnPhoto);
    document.body.append(sheet);
    sheet.showModal();
  }

  /** @param {string} menu */
  #find(menu) {
    // What moves for it moves at once; nothing does when the answer comes.
    if (this.element.querySelector(".on-tap") === null) this.#replace(menuWaiting());
    this.#onMenu(menu);
  }

  #leave() {
    this.#invite();
    this.#onMenu(null);
  }

  /**
   * @param {number} number From 1 on.
   * @param {string} text
   */
  #replaceLine(number, text) {
    const lines = (shown.query.menu ?? "").split(/\r?\n/);
    lines[number - 1] = text;
    this.#onMenu(lines.join("\n"));
  }
}
