/** The models' answer in the place of a quick one, once they are awake and nobody is rating. */

const TRIES = 4;
const PAUSE = 2000; // milliseconds, after an answer for which the models did not wake in time

/**
 * @template {{ basis: string }} Answer
 * @param {() => Promise<Answer>} ask Waits for the models, as long as the API does.
 * @param {HTMLElement} list Nothing is to change in it while the guest is about to rate.
 * @param {AbortSignal} signal
 * @returns {Promise<Answer | null>} None where the view is left, or the models never wake.
 */
export async function betterAnswer(ask, list, signal) {
  for (let tries = 1; tries <= TRIES; tries++) {
    const answer = await ask().catch(() => null);
    if (signal.aborted) return null;
    if (answer !== null && answer.basis !== "quick") {
      await handsOff(list, signal);
      return signal.aborted ? null : answer;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (signal.aborted) return null;
  }
  return null;
}

/**
 * @param {HTMLElement} list
 * @param {AbortSignal} signal
 */
async function handsOff(list, signal) {
  const busy = ".card:is(:active, :focus-within, [aria-busy])";
  while (!signal.aborted && list.querySelector(busy) !== null) {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
