"""The view for the curious."""

from __future__ import annotations

import re

from playwright.sync_api import expect

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
from tests.browser.bar import Bar


def test_the_model_view_shows_what_serves_how_good_it_is_and_how_that_came(bar: Bar) -> None:
    bar.come("#/model")
    page = bar.page
    expect(page.get_by_role("heading", name="In service now")).to_be_visible()
    expect(page.locator(".release-name")).to_have_text(re.compile(r"taproom-[0-9a-f]{8}-[0-9a-f]{12}"))
    charts = page.get_by_role("figure")
    expect(charts).to_have_count(3)
    spoken = re.compile(
        r"Found among 100: \d+\.\d% now, from \d+\.\d% at the first of 3 releases; most popular: 10\.0%"
    )
    expect(charts.nth(1).get_by_role("img")).to_have_attribute("aria-label", spoken)
    charts.first.get_by_text("As a table").click()
    expect(charts.first.get_by_role("row")).to_have_count(4)
    verdict = page.locator("section").filter(has=page.get_by_role("heading", name="The last verdict"))
    expect(verdict).to_contain_text("Promoted")
    expect(verdict).to_contain_text("With 95 % confidence it is no worse than the release in service")
    expect(verdict).to_contain_text(re.compile(r"retrieval recall@100 0\.\d+, wanted at least 0\.3960"))
    expect(verdict).to_contain_text(re.compile(r"\d+\.\d% better, from \d+\.\d% better to \d+\.\d% better"))


def test_the_report_opens_beside_the_page(bar: Bar) -> None:
    bar.come("#/model")
    with bar.page.context.expect_page() as opened:
        bar.page.get_by_role("link", name="Read the training report").click()
    assert re.fullmatch(r"taproom-[0-9a-f]{8}-[0-9a-f]{12}", opened.value.title())


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
    bar.come("#/model")
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
