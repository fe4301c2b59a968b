/** The last answers to the guest, for when the API can't be reached. */

import { within } from "./database.mjs";

/**
 * @template Answer
 * @typedef {{ username: string | null, at: string, answer: Answer }} Earlier `at` in ISO 8601.
 */

/**
 * @param {"list" | "ratings"} name
 * @param {string | null} username Whose it is, null for a newcomer.
 * @param {object} answer
 */
export async function keep(name, username, answer) {
  const kept = { username, at: new Date().toISOString(), answer };
  await within("answers", (answers) => answers.put(kept, name)).catch(() => null);
}

/**
 * What was kept, null where that is nothing or somebody else's, or where the API was reached.
 *
 * @param {"list" | "ratings"} name
 * @param {string | null} username
 * @param {{ status: number }} error Why there is no answer.
 * @returns {Promise<Earlier<any> | null>}
 */
export async function find(name, username, { status }) {
  if (status !== 0) return null;
  const kept = await within("answers", (answers) => answers.get(name)).catch(() => null);
  return kept?.username === username ? kept : null;
}

export async function forget() {
  await within("answers", (answers) => answers.clear()).catch(() => null);
}
