"""The view for the curious."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime

from playwright.sync_api import Route, expect

from taproom.evidence.drift import Drift
from taproom.evidence.online import (
    NOTHING,
    Change,
    Figures,
    Interval,
    OnlineComparison,
    OnlineQuality,
    Probes,
    ReleaseQuality,
)
from taproom.experiments import Difference, Experiment, ExperimentReport
from tests.browser.bar import Bar


def curious(bar: Bar) -> None:
    bar.come("#/model")
    bar.page.get_by_text("For the curious").click()


def test_the_model_view_tells_a_plain_story_and_keeps_figures_for_the_curious(bar: Bar) -> None:
    bar.come("#/model")
    page = bar.page
    page.get_by_text("For the curious").wait_for()
    story = page.locator("section").filter(has=page.get_by_role("heading", name="In short"))
    expect(story).to_contain_text(
        re.compile(r"Taproom learnt from \d+ ratings by \d+ guests of \d+ beers, last on \w+day")
    )
    expect(story).to_contain_text(
        re.compile(
            r"Of ten beers that guests went on to rate, \d\.\d are among the hundred .* popular beers that is 1\.0\."
        )
    )
    expect(story).to_contain_text("typically 0.58 stars off; plain averages would be 0.65.")
    expect(story).not_to_contain_text(re.compile("recall|taproom-[0-9a-f]"))
    heading = page.get_by_role("heading", name="In service now")
    expect(heading).to_have_count(0)  # it is there, and folded
    page.get_by_text("For the curious").click()
    expect(heading).to_be_visible()
    expect(page.locator(".release-name")).to_have_text(re.compile(r"taproom-[0-9a-f]{8}-[0-9a-f]{12}"))


def test_each_release_is_drawn_beside_the_one_before_it_alone(bar: Bar) -> None:
    curious(bar)
    charts = bar.page.get_by_role("figure")
    expect(charts).to_have_count(3)
    spoken = re.compile(r"Found among 100, .*: \d+\.\d% better, from \d+\.\d% better to \d+\.\d% better")
    expect(charts.nth(1).get_by_role("img")).to_have_attribute("aria-label", spoken)
    charts.first.get_by_text("As a table").click()
    # The first of the three releases has none before it.
    expect(charts.first.get_by_role("row")).to_have_count(3)
    expect(charts.first.locator("path")).to_have_count(0)


def test_the_last_verdict_says_why(bar: Bar) -> None:
    curious(bar)
    verdict = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="The last verdict"))
    expect(verdict).to_contain_text("Promoted")
    expect(verdict).to_contain_text("With 95 % confidence it is no worse than the release in service")
    expect(verdict).to_contain_text(re.compile(r"retrieval recall@100 0\.\d+, wanted at least 0\.3960"))
    expect(verdict).to_contain_text(re.compile(r"\d+\.\d% better, from \d+\.\d% better to \d+\.\d% better"))


def test_what_is_best_of_a_row_is_bold_be_it_this_release_or_not(bar: Bar) -> None:
    def worse(route: Route) -> None:
        release = route.fetch().json()
        release["metrics"]["ranking"]["serving"] = {"rmse": 0.5, "mae": 0.4}
        route.fulfill(json=release)

    bar.page.route("**/release", worse)
    curious(bar)
    row = bar.page.get_by_role("row", name=re.compile("^Error of a score"))
    expect(row.locator("strong")).to_have_text(["0.500"])


def test_reports_open_beside_the_page_the_one_in_service_and_every_other(bar: Bar) -> None:
    curious(bar)
    for link in ("Read the training report", "Read its report"):
        with bar.page.context.expect_page() as opened:
            bar.page.get_by_role("link", name=link).click()
        assert re.fullmatch(r"taproom-[0-9a-f]{8}-[0-9a-f]{12}", opened.value.title())
    links = bar.page.get_by_role("link", name=re.compile("^Report of "))
    expect(links).to_have_count(3)
    addresses = {link.get_attribute("href") for link in links.all()}
    assert len(addresses) == 3


def test_for_whom_it_is_good_and_how_its_scores_hold_are_drawn(bar: Bar) -> None:
    def sliced(route: Route) -> None:
        group = {"name": "style Stout", "reviews": 9, "recall_at_100": 0.4, "rmse": 0.6}
        slices = {"groups": [group], "calibration": [{"reviews": 9, "predicted": 3.5, "given": 3.4}]}
        route.fulfill(json=route.fetch().json() | {"slices": slices})

    bar.page.route("**/release", sliced)
    curious(bar)
    card = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="For whom it is good"))
    drawn = card.get_by_role("img")
    expect(drawn.nth(0)).to_have_attribute("aria-label", "Found among 100, by group: style Stout 40.0%")
    expect(drawn.nth(1)).to_have_attribute("aria-label", "Scores given, by score predicted: 3.50 3.40")
    expect(card.locator(".chart-mark")).to_have_count(1)


def test_what_is_being_tried_is_told_and_drawn(bar: Bar) -> None:
    experiment = Experiment(
        challenger="new", control="old", share=0.1, started_at=datetime(2026, 11, 1, tzinfo=UTC), status="running"
    )
    taken = Difference(metric="taken", control=0.05, challenger=0.06, difference=0.01, lower=-0.005, upper=0.025)
    liked = Difference(metric="liked", control=None, challenger=None, difference=None, lower=None, upper=None)
    report = ExperimentReport(
        challenger="new", looked_at=datetime(2026, 11, 2, tzinfo=UTC), control_users=900, challenger_users=100,
        answered=1, differences=(taken, liked), decision="go on", reason="Too early.",
    )  # fmt: skip
    trial = {"experiment": experiment.model_dump(mode="json"), "report": report.model_dump(mode="json")}
    bar.page.route("**/experiment", lambda route: route.fulfill(json=trial))
    curious(bar)
    expect(bar.page.get_by_text("A newer one is being tried with 10.0% of the guests.")).to_be_visible()
    card = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="What is being tried"))
    expect(card).to_contain_text("new has been tried with 10.0% of the guests since")
    spoken = "Followed and liked, Followed: 1.0% better, from 0.5% worse to 2.5% better"
    expect(card.get_by_role("img")).to_have_attribute("aria-label", spoken)


def quality(release: str, taken: float) -> ReleaseQuality:
    figures = Figures(
        answers=1234, taken=taken, liked=0.02, dismissed=0.1, liked_in_first_ten=0.02, place=3.5, rated=30, given=3.75,
        predicted=4.0,
    )  # fmt: skip
    newcomers = figures.model_copy(update={"taken": 0.01})
    return ReleaseQuality(
        **vars(figures), release=release, users=400, taken_interval=Interval(lower=taken - 0.01, upper=taken + 0.01),
        liked_interval=None, coverage=0.5, head=0.2, newcomers=newcomers, probes=Probes(shown=0, taken=0), days=[],
    )  # fmt: skip


def show(bar: Bar, found: OnlineQuality) -> None:
    bar.page.route("**/online-quality", lambda route: route.fulfill(json=found.model_dump(mode="json")))
    curious(bar)
    expect(bar.page.get_by_role("heading", name="In service now")).to_be_visible()


def test_the_model_view_says_what_guests_made_of_the_answers(bar: Bar) -> None:
    fewer = Change(value=-0.045, lower=-0.06, upper=-0.03)
    comparison = OnlineComparison(
        release="new", previous="old", days=2, is_worse=True, taken=fewer, liked=fewer, sentence="It is worse."
    )
    found = NOTHING.model_copy(
        update={
            "in_service": "new",
            "releases": [quality("old", 0.075), quality("new", 0.03)],
            "comparison": comparison,
        }
    )
    show(bar, found)
    card = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="What guests made of it"))
    expect(card).to_contain_text(
        "3 in 100 answers were followed by a rating or a try (between 2 and 4), of 1,234 answers to 400 guests."
    )
    expect(card).to_contain_text(
        "Guests take or like less of it than of the release before, beyond chance: "
        "4.5 in 100 fewer answers followed, on 2 days of each."
    )
    expect(card.get_by_role("row", name=re.compile("^Followed by"))).to_contain_text("7.5%3.0%")
    expect(card.get_by_role("row", name=re.compile("^By newcomers"))).to_contain_text("1.0%1.0%")


def test_without_a_log_there_is_no_card_of_what_guests_made_of_it(bar: Bar) -> None:
    show(bar, NOTHING)
    expect(bar.page.get_by_role("heading", name="What guests made of it")).to_have_count(0)


def test_the_model_view_says_whether_the_data_is_what_it_was(bar: Bar) -> None:
    shifted = Drift(
        rows=1600, users=30, scores=0.3, mean_score=3.1, styles=0.1, new_beers=0.125, new_users=0.2, without_style=0,
        without_abv=0,
    )  # fmt: skip
    drop = {"at": "2026-11-01T00:00:00Z", "drift": asdict(shifted)}
    bar.page.route("**/drift?*", lambda route: route.fulfill(json={"drops": [drop]}))
    curious(bar)
    card = bar.page.locator("section").filter(has=bar.page.get_by_role("heading", name="Is the data what it was?"))
    expect(card).to_contain_text("The latest file has other scores than the model has learnt from.")
    expect(card).to_contain_text("1,600 ratings by 30 guests, 3.10 on average, 12.5% of beers that are new")
    drawn = "How unlike what was learnt from: Scores, Nov 1, 2026 0.30; Styles, Nov 1, 2026 0.10"
    expect(card.get_by_role("img")).to_have_attribute("aria-label", drawn)
    expect(card.locator(".chart-mark")).to_have_count(2)
    card.get_by_text("As a table").click()
    expect(card.get_by_role("row", name="Scores, Nov 1, 2026")).to_contain_text("0.30")


def test_before_there_was_a_large_file_nothing_is_said_of_the_data(bar: Bar) -> None:
    curious(bar)
    expect(bar.page.get_by_role("heading", name="In service now")).to_be_visible()
    expect(bar.page.get_by_role("heading", name="Is the data what it was?")).to_have_count(0)
