"""The page in other languages than English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.bar import Bar
from tests.browser.beers import NAMES

# Each key of English that another language lacks, and each value of an argument that it says nothing of.
LACKING = """async ([language, site]) => {
  const [{words: english}, {words: other}] = await Promise.all(
    ["en", language].map((name) => import(`${site}page/words/${name}.mjs`)),
  );
  const answers = (say, values) => { try { return String(say(...values)); } catch { return "?"; } };
  const minds = (say, number, place) => {
    const values = Array.from({length: number}, () => 7);
    return [0, 8].some((value) => answers(say, values) !== answers(say, values.with(place, value)));
  };
  const lacking = (one, its, path) => {
    if (typeof one !== typeof its) return [path];
    if (typeof one === "function")
      return Array.from({length: one.length}, (_, place) => place)
        .filter((place) => minds(one, one.length, place) && !minds(its, one.length, place))
        .map((place) => `${path}(${place})`);
    if (typeof one !== "object") return its.trim() === "" ? [path] : [];
    const keys = new Set([...Object.keys(one), ...Object.keys(its)]);
    return [...keys].flatMap((key) => lacking(one[key], its[key], `${path}.${key}`));
  };
  return lacking(english, other, "words");
}"""


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_a_language_has_every_sentence_and_says_every_value_of_it(language: str, bar: Bar) -> None:
    bar.come()
    expect(bar.page.get_by_role("heading", level=1)).to_be_visible()
    assert bar.page.evaluate(LACKING, [language, bar.site]) == []


def test_a_german_guest_is_spoken_to_in_german(open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(locale="de-AT")
    page = bar.page
    bar.come("#/beers", {"username": "hopheron"})
    expect(page.get_by_role("heading", name="Biere für dich")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    beers = page.get_by_role("list", name="Biere zum Probieren")
    expect(beers).to_have_attribute("aria-busy", "false")
    card = beers.get_by_role("listitem").filter(has_text=NAMES["b08"])
    expect(card).to_contain_text(re.compile(r"\d,\d von 5 würdest du geben"))
    expect(card).to_contain_text("Tripel · 8,9 %")
    page.get_by_role("group", name=f"Deine Note für {NAMES['b08']}").first.get_by_label("4,5 von 5").click()
    said = page.get_by_role("status").filter(has_text=f"Du hast {NAMES['b08']} mit 4,5 bewertet.")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text(f"Deine Note für {NAMES['b08']} ist zurückgenommen.")).to_be_visible()
    asked = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    assert [name for name in asked if re.search(r"/words/.*(en|fr|es)(-\w+)?\.mjs$", name)] == []


@pytest.mark.parametrize(("locale", "heading"), [("fr-CA", "Des bières pour toi"), ("es-MX", "Cervezas para ti")])
def test_french_and_spanish_guests_are_spoken_to_in_their_languages(
    locale: str, heading: str, open_bar: Callable[..., Bar]
) -> None:
    bar = open_bar(locale=locale)
    bar.come("#/beers", {"username": "hopheron"})
    expect(bar.page.get_by_role("heading", name=heading)).to_be_visible()


def test_why_a_run_was_promoted_or_refused_is_told_in_german(open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(locale="de")
    bar.come("#/model")
    bar.page.get_by_text("Für Neugierige").click()
    panel = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="Das letzte Urteil"))
    expect(panel).to_contain_text("Mit 95 % Sicherheit ist es nicht schlechter als das Release im Dienst (taproom-")
    expect(panel).to_contain_text("(Beliebtheit: 0,1000)")

    def refused(route: Route) -> None:
        release = route.fetch().json()
        verdict = release["latest_verdict"] | {"status": "refused", "reason": "Its retrieval recall@100 is worse."}
        missed, *others = verdict["comparisons"]
        odd = others[0] | {"metric": "agreement of beers", "other": None, "passed": False}
        verdict["comparisons"] = [missed | {"passed": False}, odd, *others[1:]]
        route.fulfill(json=release | {"latest_verdict": verdict})

    bar.page.route("**/release", refused)
    bar.come("#/model")
    bar.page.get_by_text("Für Neugierige").click()
    expect(panel).to_contain_text(
        "Eine Datei steht vielleicht auf dem Kopf oder hat eine andere Skala. "
        "Es verfehlt, was bei retrieval recall@100 und agreement of beers verlangt wird."
    )
    expect(panel).not_to_contain_text("Its retrieval recall@100 is worse.")


def test_who_speaks_no_language_of_the_page_is_spoken_to_in_english(open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(locale="fi-FI")
    bar.come_as("hopheron")
    expect(bar.page.get_by_role("heading", name="Beers for you")).to_be_visible()


def test_an_error_is_told_in_the_guests_language_with_the_apis_own_words_below(open_bar: Callable[..., Bar]) -> None:
    bar = open_bar(locale="de")
    body = '{"code": "no_model", "message": "No model is in service yet: drop a CSV."}'
    bar.page.route("**/recommendations*", lambda route: route.fulfill(status=503, body=body))
    bar.come("#/beers", {"username": "hopheron"})
    alert = bar.page.get_by_role("alert")
    expect(alert).to_contain_text("Taproom lernt noch, was hier schmeckt.")
    expect(alert.locator("[lang=en]")).to_have_text("No model is in service yet: drop a CSV.")
    bar.said.clear()
