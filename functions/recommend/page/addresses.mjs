/** Where the page's views are: what stands after the # in its address. */

/** @param {string} beerId */
export function beerAddress(beerId) {
  return `#/beer/${encodeURIComponent(beerId)}`;
}

/** @param {string} brewery */
export function breweryAddress(brewery) {
  return `#/brewery/${encodeURIComponent(brewery)}`;
}

/**
 * A list that anybody can open.
 *
 * @param {string[]} beerIds
 */
export function listAddress(beerIds) {
  return `#/list/${beerIds.map(encodeURIComponent).join(",")}`;
}

/**
 * The view that an address names, and what it is about.
 *
 * @param {string} address
 * @returns {{ view: string, about: string }} `about` as it stands in the address.
 */
export function parsed(address) {
  const [, view = "", about = ""] = /^(#\/[a-z]+)(?:\/(.*))?$/.exec(address) ?? [];
  return { view, about };
}

/**
 * @param {string} about A name or an id from an address; one that can't be read stays as it is.
 */
export function decoded(about) {
  try {
    return decodeURIComponent(about);
  } catch {
    return about;
  }
}
