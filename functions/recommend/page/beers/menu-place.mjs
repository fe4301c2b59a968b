/**
 * Where a menu is given, and what became of its lines.
 *
 * @import { Menu, Recommendations } from "taproom-api"
 */

import * as api from "../api.mjs";
import { element } from "../elements.mjs";
import { menuInvitation, menuSheet, menuSummary } from "../widgets/menu.mjs";
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
    this.element.replaceChildren(summary);
  }

  #invite() {
    if (this.element.querySelector(".invitation")) return;
    this.element.replaceChildren(menuInvitation(() => this.#openSheet()));
  }

  #openSheet() {
    const sheet = menuSheet(shown.query.menu ?? "", (menu) => this.#onMenu(menu), api.menuOnPhoto);
    document.body.append(sheet);
    sheet.showModal();
  }

  #leave() {
    this.#invite();
    this.element.querySelector("button")?.focus();
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
