/**
 * What the model learnt and how good it is at it, for anybody.
 *
 * @import { OnlineQuality, ReleaseInService, Trial } from "taproom-api"
 */

import { reportAddress } from "../api.mjs";
import { element } from "../elements.mjs";
import { day, decimal, percentage } from "../formats.mjs";
import { words } from "../words.mjs";
import { storyOf, told } from "./online-quality.mjs";

/**
 * @param {ReleaseInService} release
 * @param {OnlineQuality} online
 * @param {Trial} trial
 */
export function modelStory({ release, started_at: startedAt, metrics }, online, { experiment }) {
  const { reviews, retrieval, ranking } = metrics;
  const story = words.model.story;
  const [found, popular] = [retrieval.candidate, retrieval.popularity].map((values) =>
    ofTen(values.recall_at_100),
  );
  const [error, averages] = [ranking.candidate.rmse, ranking.bias.rmse].map((value) =>
    typeof value === "number" ? decimal(value, 2) : null,
  );
  const said = [
    story.learnt(reviews.fitted, reviews.users, reviews.beers, day(startedAt)),
    found !== null && popular !== null && story.found(found, popular),
    error !== null && averages !== null && story.error(error, averages),
    online.releases.length > 0 && storyOf(told(online)),
    experiment?.status === "running" && story.trial(percentage(experiment.share)),
  ];
  return element(
    "section",
    { class: "panel story" },
    element("h2", {}, story.heading),
    said.filter((one) => typeof one === "string").map((one) => element("p", {}, one)),
    reportLink(release, words.model.report),
  );
}

/**
 * @param {string} run
 * @param {string} text
 * @param {string} [section] Of the report.
 */
export function reportLink(run, text, section = "") {
  const address = { href: reportAddress(run) + section, target: "_blank", rel: "noopener" };
  return element("p", {}, element("a", address, text));
}

/** @param {number | null | undefined} share */
function ofTen(share) {
  return typeof share === "number" ? decimal(share * 10, 1) : null;
}
