/**
 * Keeps the page's own files on the device, those of one version together, so that it opens without
 * signal. It neither asks nor keeps anything of the API.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

// What the API puts here: the page's files, with their ETags.
/** @type {Record<string, string>} */
const SHELL = {};
const SCOPE = worker.registration.scope;
const INDEX = "index.html";
const language = new URL(location.href).searchParams.get("language");
const VERSION = `taproom ${language} ${JSON.stringify(SHELL)}`;

/** @param {string} file */
function isNeeded(file) {
  // Icons are for the system, once the page is installed.
  if (file.endsWith(".png")) return false;
  return !file.startsWith("words/") || new RegExp(`/${language}[-.]`).test(file);
}

/**
 * A file of this version: as the page has just had it, or else as it is now.
 *
 * @param {string} file
 */
async function fetched(file) {
  for (const cache of /** @type {const} */ (["force-cache", "reload"])) {
    const response = await fetch(addressOf(file), { cache });
    if (response.ok && response.headers.get("etag")?.includes(SHELL[file])) return response;
  }
  throw new Error(`${file} is of another version than the service worker.`);
}

/** @param {string} file */
function addressOf(file) {
  return new URL(file === INDEX ? "./" : `page/${file}`, SCOPE).href;
}

async function install() {
  const files = Object.keys(SHELL).filter(isNeeded);
  const responses = await Promise.all(files.map(fetched));
  const cache = await caches.open(VERSION);
  await Promise.all(files.map((file, place) => cache.put(addressOf(file), responses[place])));
}

async function activate() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith("taproom ") && name !== VERSION);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** @param {Request} request */
async function answer(request) {
  const { waiting } = worker.registration;
  // A reload alone would never end with the old version: the next one takes over, and is asked.
  if (waiting && request.mode === "navigate" && (await worker.clients.matchAll()).length < 2) {
    waiting.postMessage("take over");
    return new Response("", { headers: { refresh: "0" } });
  }
  const cache = await caches.open(VERSION);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", () => worker.skipWaiting());
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = request.url.replace(/[?#].*/, "");
  const isOfShell = path === SCOPE || path.startsWith(new URL("page/", SCOPE).href);
  if (request.method === "GET" && isOfShell) event.respondWith(answer(request));
});
