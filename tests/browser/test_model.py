"""The view for the curious."""

from __future__ import annotations

import re

from playwright.sync_api import expect

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
