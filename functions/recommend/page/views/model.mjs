/** What serves now, how good it is, and how that came. */

import * as api from "../api.mjs";
import { chart } from "../widgets/line-chart.mjs";
import { element } from "../elements.mjs";
import { bone, failed } from "../widgets/placeholders.mjs";
import { count, date, share, time } from "../formats.mjs";

const decimals = (places) => (value) => value.toFixed(places);

// What is compared, as metrics.json names it; a baseline is what a model has to beat to be of any use.
const MEASURES = [
  {
    title: "Liked among the first ten",
    note: "Beers that a guest liked later, among the ten shown",
    of: (metrics, whose) => metrics.served?.[whose]?.liked_at_10,
    format: decimals(2),
  },
  {
    title: "Found among 100",
    note: "Share of what guests tried next that is among the 100 nearest",
    of: (metrics, whose) => metrics.retrieval[whose]?.recall_at_100,
    baseline: { of: (metrics) => metrics.retrieval.popularity?.recall_at_100, label: "most popular" },
    format: share,
  },
  {
    title: "Error of a score",
    note: "How far a predicted score is off (RMSE), lower is better",
    of: (metrics, whose) => metrics.ranking[whose]?.rmse,
    baseline: { of: (metrics) => metrics.ranking.bias?.rmse, label: "plain averages" },
    format: decimals(3),
  },
];

export function modelView(leave) {
  const body = element("div", { class: "model", "aria-busy": "true" });
  const lede = element("p", { class: "lede" }, "What picks the beers, and how good it is at it.");
  load();

  async function load() {
    body.replaceChildren(...["tiles", "charts", "charts"].map((kind) => element("div", { class: `panel skeleton skeleton-${kind}`, "aria-hidden": "true" }, bone("title"), bone("line"), bone("short"))));
    try {
      const [release, history] = await Promise.all([api.release(leave), api.releases(leave)]);
      if (leave.aborted) return;
      lede.textContent = `It has served since ${release.started_at ? time(release.started_at) : "its first day"}, and learns again whenever new ratings come in.`;
      body.replaceChildren(now(release), charts(history.releases), comparison(release), verdict(release.latest_verdict), past(history));
    } catch (error) {
      if (!leave.aborted) body.replaceChildren(failed(error, load));
    }
    body.setAttribute("aria-busy", "false");
  }

  return element("div", { class: "view view-model" }, element("header", { class: "view-head" }, element("h1", { tabindex: -1 }, "The model"), lede), body);
}

function panel(title, ...content) {
  return element("section", { class: "panel" }, element("h2", {}, title), content);
}

function now({ release, metrics }) {
  const { reviews } = metrics;
  const tile = (label, value) => element("div", {}, element("dt", {}, label), element("dd", {}, value));
  return panel(
    "In service now",
    element("p", { class: "release-name" }, release),
    element(
      "dl",
      { class: "tiles" },
      tile("Ratings learnt from", reviews.fitted.toLocaleString("en")),
      tile("Guests", reviews.users.toLocaleString("en")),
      tile("Beers", reviews.beers.toLocaleString("en")),
      tile("Ratings kept back to test it", reviews.held_out.toLocaleString("en")),
    ),
    element("p", {}, element("a", { href: api.reportAddress(), target: "_blank", rel: "noopener" }, "Read the training report")),
  );
}

function charts(releases) {
  const oldestFirst = releases.filter((one) => one.started_at !== null && one.metrics !== null).reverse();
  if (oldestFirst.length === 0) return null;
  const latest = oldestFirst.at(-1).metrics;
  const days = new Set(oldestFirst.map((one) => date(one.started_at)));
  const when = days.size === 1 && oldestFirst.length > 1 ? time : date;
  return panel(
    "Release after release",
    element(
      "div",
      { class: "charts" },
      MEASURES.map(({ title, note, of, baseline, format }) =>
        chart({
          title,
          note,
          format,
          points: oldestFirst.map((one) => ({ label: when(one.started_at), value: of(one.metrics, "candidate") ?? null })),
          reference: referenceOf(baseline, latest),
        }),
      ),
    ),
  );
}

function referenceOf(baseline, metrics) {
  const value = baseline?.of(metrics);
  return value === null || value === undefined ? null : { label: baseline.label, value };
}

function comparison({ metrics }) {
  const cell = (value, format) => element("td", {}, value === null || value === undefined ? "–" : format(value));
  return panel(
    "Beside what it has to beat",
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Beside what it has to beat" },
      element(
        "table",
        { class: "figures" },
        element("thead", {}, element("tr", {}, ["", "This release", "The one before", "Without a model"].map((name) => (name ? element("th", { scope: "col" }, name) : element("td", {}))))),
        element(
          "tbody",
          {},
          MEASURES.map(({ title, of, baseline, format }) =>
            element(
              "tr",
              {},
              element("th", { scope: "row" }, title),
              cell(of(metrics, "candidate"), format),
              cell(of(metrics, "serving"), format),
              cell(baseline?.of(metrics), format),
            ),
          ),
        ),
      ),
    ),
  );
}

const STATUS = { promoted: "Promoted", refused: "Refused", failed: "Failed" };

function verdict(latest) {
  if (!latest) return null;
  return panel(
    "The last verdict",
    element("p", {}, element("strong", {}, STATUS[latest.status] ?? latest.status), ` · ${latest.run}`),
    element(
      "ul",
      { class: "comparisons" },
      latest.comparisons.map(({ metric, against, candidate, other, bound, higher_is_better: higher, passed }) =>
        element(
          "li",
          { class: passed ? "passed" : "missed" },
          element("span", { class: "mark" }, passed ? "Passed" : "Missed"),
          element("span", {}, element("strong", {}, metric), ` ${candidate.toFixed(4)}, wanted ${higher ? "at least" : "at most"} ${bound.toFixed(4)} (${against}: ${other.toFixed(4)})`),
        ),
      ),
    ),
    latest.notes.map((note) => element("p", { class: "fine" }, note)),
  );
}

function past({ releases }) {
  if (releases.length === 0) return null;
  return panel(
    "Releases",
    element(
      "ol",
      { class: "releases" },
      releases.map(({ release, status, started_at: started, metrics, reason }) =>
        element(
          "li",
          {},
          element("span", { class: status === "in service" ? "status status-now" : "status" }, status),
          element("strong", {}, release),
          element("span", { class: "card-facts" }, [started && time(started), metrics && count(metrics.reviews.fitted, "rating")].filter(Boolean).join(" · ")),
          reason && element("p", { class: "fine" }, reason),
        ),
      ),
    ),
  );
}
