/** One sentence at the foot of the page, for a few seconds; screen readers are told it too. */

const LONG = 7000; // milliseconds
let timer = 0;

export function notice(sentence) {
  const place = document.getElementById("notice");
  clearTimeout(timer);
  place.textContent = sentence;
  place.classList.add("shown");
  timer = setTimeout(() => place.classList.remove("shown"), LONG);
}
