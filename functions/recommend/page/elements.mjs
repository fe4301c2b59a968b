/** Elements of the page. Text that comes from data goes in as text nodes alone, never as markup. */

/** @typedef {string | number | boolean | null | undefined} AttributeValue */
/** @typedef {HTMLElementEventMap} Events */
/**
 * `onclick` and the like.
 *
 * @typedef {{ [Name in keyof Events as `on${Name}`]?: (event: Events[Name]) => unknown }} Listeners
 */
/** @typedef {{ [name: string]: AttributeValue | ((event: any) => unknown) }} AnyAttributes */
/** @typedef {Listeners & AnyAttributes} Attributes */
/** @typedef {Node | string | number | false | null | undefined} Leaf */
/** @typedef {Leaf | Leaf[]} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] Those that are null, undefined or false are left out; functions
 *   become listeners.
 * @param {Child[]} children Those that are null, undefined or false are left out; strings and
 *   numbers become text.
 */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * What a view begins with: its title, which takes the focus, and what stands below it.
 *
 * @param {Child} title
 * @param {Child[]} below
 */
export function viewHead(title, ...below) {
  return element(
    "header",
    { class: "view-head" },
    element("h1", { tabindex: -1 }, title),
    ...below,
  );
}

/**
 * The same for SVG.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export function svgElement(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * One of the symbols in index.html; a screen reader passes it over.
 *
 * @param {string} symbol
 */
export function icon(symbol) {
  return svgElement(
    "svg",
    { class: "icon", "aria-hidden": "true" },
    svgElement("use", { href: `#${symbol}` }),
  );
}

/**
 * @template {Element} Target
 * @param {Target} target
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") {
      target.addEventListener(name.slice("on".length), /** @type {EventListener} */ (value));
    } else target.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    target.append(typeof child === "number" ? String(child) : child);
  }
  return target;
}
