/** A drawn glass of a beer: its shape and colour by the style's family and by strength. */

import { svgElement } from "../elements.mjs";
import { icon, kind } from "../kind.mjs";
import { familyOf } from "./style-families.mjs";

/** @typedef {import("./style-families.mjs").StyleFamily} StyleFamily */
/**
 * A glass turned on its axis: from the rim down, heights and radii between which it is smooth. The
 * beer ends at `floor`; below it is a stem with a foot, or nothing.
 *
 * @typedef {{ profile: [height: number, radius: number][], fill: number, floor: number }} Shape
 */

const MIDDLE = 20;
const FOOT = 51;
const FOAM = 5;
const STRONG = 9; // percent by volume, from which a beer comes in a snifter

/** @type {Record<"pint" | "tall" | "weizen" | "tulip" | "snifter" | "flute", Shape>} */
const SHAPES = {
  pint: turned([5, 12.5, 15, 12.5, 18, 13.2, 22, 11.8, 52, 9], 13, 50),
  tall: turned([4, 10.5, 44, 6.5, 48, 6.5, 52, 8.5], 12, 45),
  weizen: turned([3, 10, 12, 12, 22, 11, 36, 7.5, 44, 7.5, 52, 9], 12, 49),
  tulip: turned([5, 11.5, 11, 10.2, 19, 12.8, 27, 12, 34, 6, 37, 2, 46, 1.6], 14, 36),
  snifter: turned([7, 8.5, 17, 13, 25, 14, 32, 11, 37, 3, 39, 1.8, 46, 1.8], 19, 37),
  flute: turned([4, 8, 20, 8, 34, 5, 38, 1.8, 46, 1.6], 12, 36),
};

/** @type {Record<StyleFamily, [shape: keyof typeof SHAPES, colour: string, stronger: string]>} */
const LOOKS = {
  lager: ["tall", "#f4c84f", "#e3a92f"],
  wheat: ["weizen", "#f3cf74", "#dca63f"],
  pale: ["pint", "#eaa93c", "#d98f25"],
  ipa: ["pint", "#e2922b", "#cd7519"],
  amber: ["pint", "#bd6a22", "#9c4a17"],
  brown: ["pint", "#80491f", "#5c3015"],
  dark: ["pint", "#3a2317", "#22140d"],
  belgian: ["tulip", "#dd9c2c", "#a9601c"],
  strong: ["snifter", "#a04f19", "#6f3011"],
  sour: ["flute", "#d8677c", "#b8435d"],
  fruit: ["tulip", "#e2714a", "#c24f2f"],
  other: ["pint", "#d3a04b", "#b57f2d"],
};

/**
 * @param {number[]} profile Each height with its radius.
 * @param {number} fill
 * @param {number} floor
 * @returns {Shape}
 */
function turned(profile, fill, floor) {
  const at = (/** @type {number} */ place) => [profile[place], profile[place + 1]];
  const points = profile.flatMap((_, place) => (place % 2 === 0 ? [at(place)] : []));
  return { profile: /** @type {Shape["profile"]} */ (points), fill, floor };
}

/**
 * Decoration, which a screen reader passes over: a glass, or the sign of what is no beer.
 *
 * @param {{ style: string | null, abv: number | null }} beer
 */
export function glass({ style, abv }) {
  if (kind !== "beer") return sign();
  const family = familyOf(style);
  const isStrong = (abv ?? 0) >= STRONG;
  const [usual, colour, stronger] = LOOKS[family];
  const { profile, fill, floor } = SHAPES[isStrong ? "snifter" : usual];
  return svgElement(
    "svg",
    { class: "beer-glass", viewBox: "0 0 40 56", "aria-hidden": "true", focusable: "false" },
    svgElement("path", {
      d: slice(profile, fill, floor, 1.6),
      fill: (abv ?? 0) >= STRONG - 2 ? stronger : colour,
    }),
    svgElement("path", { class: "foam", d: slice(profile, fill - FOAM, fill + 0.4, 1.4) }),
    svgElement("path", { class: "shine", d: shine(profile, fill + 3, floor - 4) }),
    svgElement("path", { class: "rim", d: outline(profile) }),
  );
}

function sign() {
  return svgElement(
    "svg",
    { class: "beer-glass item-sign", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svgElement("use", { href: `#${icon}` }),
  );
}

/**
 * The glass's radius at a height.
 *
 * @param {Shape["profile"]} profile
 * @param {number} height
 */
function radius(profile, height) {
  const after = Math.max(
    1,
    profile.findIndex(([end]) => end >= height),
  );
  const [[from, wide], [to, narrow]] = [profile[after - 1], profile[after]];
  const way = Math.min(1, Math.max(0, (height - from) / (to - from)));
  // Smooth at both ends.
  return wide + ((narrow - wide) * (1 - Math.cos(Math.PI * way))) / 2;
}

/**
 * What lies between two heights, as a closed path.
 *
 * @param {Shape["profile"]} profile
 * @param {number} top
 * @param {number} bottom
 * @param {number} inset
 */
function slice(profile, top, bottom, inset) {
  const [right, left] = [1, -1].map((side) => edge(profile, top, bottom, side, inset));
  return `M${[...right, ...left.reverse()].join("L")}Z`;
}

/** @param {Shape["profile"]} profile */
function outline(profile) {
  const [top, bottom] = [profile[0][0], profile[profile.length - 1][0]];
  const [right, left] = [1, -1].map((side) => edge(profile, top, bottom, side, 0));
  const hasStem = bottom < FOOT;
  const foot = hasStem ? `M${MIDDLE - 8} ${FOOT}Q${MIDDLE} ${FOOT - 7} ${MIDDLE + 8} ${FOOT}Z` : "";
  return `M${left.join("L")}L${right.reverse().join("L")}${foot}`;
}

/**
 * Light along the left side.
 *
 * @param {Shape["profile"]} profile
 * @param {number} top
 * @param {number} bottom
 */
function shine(profile, top, bottom) {
  return `M${edge(profile, top, bottom, -1, 4).join("L")}`;
}

/**
 * Points along one side, from above to below.
 *
 * @param {Shape["profile"]} profile
 * @param {number} top
 * @param {number} bottom
 * @param {number} side 1 for the right one, -1 for the left one.
 * @param {number} inset
 */
function edge(profile, top, bottom, side, inset) {
  const steps = Math.max(2, Math.ceil((bottom - top) / 2));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const height = top + ((bottom - top) * step) / steps;
    const away = Math.max(0.4, radius(profile, height) - inset);
    return `${(MIDDLE + side * away).toFixed(1)} ${height.toFixed(1)}`;
  });
}
