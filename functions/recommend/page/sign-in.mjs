/**
 * Signing in, where the API wants to know who asks: OAuth's authorization code flow with PKCE
 * (RFC 7636), at the page that `GET /sign-in` names. The token lives as long as this tab.
 *
 * @import { SignIn } from "taproom-api"
 */

/** @typedef {{ token: string, username: string, ends: number }} Session `ends` in milliseconds. */
/** @typedef {{ authorize: string, token: string }} Addresses */

const SESSION = "taproom.session";
const PENDING = "taproom.sign-in";
// The page is also where one comes back to.
const HERE = new URL("../", import.meta.url).href;
const SCOPE = "openid";

/** @type {SignIn | null} Null where nobody could be asked. */
let how = null;
/** @type {Session | null} */
let session = stored(SESSION);

/** Learn how to sign in; where the guest comes back from there, take their token. */
export async function begin() {
  try {
    how = await fetched(new URL("sign-in", HERE));
    await takeToken();
  } catch {
    // Without it what is public still works, and whatever fails says so.
  }
}

/** Whether anybody may be anybody. */
export function isOpen() {
  return how === null || how.access === "open";
}

/**
 * A beer's picture, null where this stack lets the page show none of that origin.
 *
 * @param {string | null} address
 */
export function pictureOf(address) {
  const origin = how?.image_origin ?? null;
  return origin !== null && address?.startsWith(`${origin}/`) ? address : null;
}

/** Whether this page can sign a guest in. */
export function isPossible() {
  return how !== null && how.client_id !== null;
}

/** @returns {string | null} Who has signed in. */
export function username() {
  return token() && session ? session.username : null;
}

/** @returns {string | null} What vouches for them. */
export function token() {
  if (session !== null && session.ends <= Date.now()) forget();
  return session?.token ?? null;
}

/** The guest has to sign in anew. */
export function forget() {
  session = null;
  sessionStorage.removeItem(SESSION);
}

/** Leave for the page where one signs in. */
export async function signIn() {
  const { authorize } = await addresses();
  const verifier = randomText();
  const state = randomText();
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  leaveFor(authorize, {
    response_type: "code",
    client_id: how?.client_id ?? "",
    redirect_uri: HERE,
    scope: SCOPE,
    state,
    code_challenge: base64Url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
}

/** Sign out here, and where one signs in if that is the stack's own. */
export function signOut() {
  forget();
  if (how?.sign_out) leaveFor(how.sign_out, { client_id: how.client_id ?? "", logout_uri: HERE });
}

/** A code in the page's address becomes a token. */
async function takeToken() {
  const query = new URLSearchParams(location.search);
  const code = query.get("code");
  const pending = stored(PENDING);
  if (code === null && !query.has("error")) return;
  history.replaceState(null, "", HERE);
  sessionStorage.removeItem(PENDING);
  // Who did not set out from here has not asked for this token.
  if (code === null || pending === null || pending.state !== query.get("state")) return;
  const { token: address } = await addresses();
  const fields = {
    grant_type: "authorization_code",
    client_id: how?.client_id ?? "",
    code,
    redirect_uri: HERE,
    code_verifier: pending.verifier,
  };
  const granted = await fetched(address, { method: "POST", body: new URLSearchParams(fields) });
  const name = claimsOf(granted.access_token)[how?.username_claim ?? ""];
  if (typeof name !== "string") throw new Error("The token names nobody.");
  const ends = Date.now() + 1000 * granted.expires_in;
  session = { token: granted.access_token, username: name, ends };
  sessionStorage.setItem(SESSION, JSON.stringify(session));
}

/** @returns {Promise<Addresses>} */
async function addresses() {
  if (how?.authorize && how.token) {
    return { authorize: how.authorize, token: how.token };
  }
  const issuer = (how?.issuer ?? "").replace(/\/$/, "");
  const described = await fetched(`${issuer}/.well-known/openid-configuration`);
  return { authorize: described.authorization_endpoint, token: described.token_endpoint };
}

/**
 * @param {string | URL} address
 * @param {RequestInit} [request]
 */
async function fetched(address, request) {
  const response = await fetch(address, request);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

/**
 * @param {string} address
 * @param {Record<string, string>} query
 */
function leaveFor(address, query) {
  const there = new URL(address);
  for (const [name, value] of Object.entries(query)) there.searchParams.set(name, value);
  location.assign(there);
}

/**
 * What a token says, which only the API checks.
 *
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
function claimsOf(token) {
  const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

function randomText() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function base64Url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} key
 * @returns {any} What this tab has stored under it, null where there is nothing.
 */
function stored(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
