/** Figures and dates as a guest reads them. */

const whole = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const minute = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** A score that somebody gave: as given, with one decimal at least. */
export function score(given) {
  return given.toFixed(Math.abs(given * 10 - Math.round(given * 10)) < 1e-6 ? 1 : 2);
}

/** A score that the model predicts. */
export function predicted(value) {
  return value.toFixed(1);
}

/** Percent by volume. */
export function strength(abv) {
  return `${abv.toFixed(1)} %`;
}

/** "1 rating", "2,310 ratings". */
export function count(number, one, many = `${one}s`) {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}

export function share(value) {
  return `${(value * 100).toFixed(1)}%`;
}

export function date(text) {
  return day.format(new Date(text));
}

export function time(text) {
  return minute.format(new Date(text));
}

/** "a, b and c" */
export function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
