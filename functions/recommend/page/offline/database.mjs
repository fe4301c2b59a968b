/** The browser's database on this device: the last answers, and ratings to be sent. */

/** @type {Promise<IDBDatabase> | null} */
let database = null;

/** @returns {Promise<IDBDatabase>} Rejected where there is none, as in some private windows. */
function opened() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("taproom", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("answers");
      request.result.createObjectStore("ratings", { keyPath: "id", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return database;
}

/**
 * @template Result
 * @param {"answers" | "ratings"} name
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} act
 * @returns {Promise<Result>} Once what it changes is on the device.
 */
export async function within(name, act) {
  const transaction = (await opened()).transaction(name, "readwrite");
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}
