"""Without a mouse or a finger."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.bar import Bar


def focused(bar: Bar) -> str:
    """The name of what has the focus, as far as it is in its text or label."""
    text: str = bar.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()")
    return text


def test_from_the_first_key_to_a_rating_without_a_pointer(bar: Bar) -> None:
    bar.come("#/you")
    expect(bar.page.get_by_role("heading", level=1)).to_be_visible()
    press = bar.page.keyboard.press
    press("Tab")
    assert focused(bar) == "Skip to the content"
    press("Enter")
    press("Tab")
    bar.page.keyboard.type("cask")
    expect(bar.page.get_by_role("option")).to_have_count(1)
    press("ArrowDown")
    press("Enter")
    bar.settled()
    assert focused(bar) == "Beers for you"
    name = bar.names()[0]
    press("Tab")
    expect(bar.page.get_by_role("combobox", name="Find a beer")).to_be_focused()
    press("Tab")
    assert "on tap here" in focused(bar)
    press("Tab")
    assert focused(bar) == "Filters"
    press("Tab")
    assert focused(bar) == name
    # Its brewery, and why it is there.
    for _ in range(3):
        press("Tab")
    assert focused(bar) == "0.5 of 5"
    for _ in range(7):
        press("ArrowRight")
    expect(bar.page.get_by_role("button", name="Save 4.0")).to_be_visible()
    assert name in bar.names(), "the arrow keys alone rate nothing"
    press("Enter")
    expect(bar.page.get_by_role("status").filter(has_text=f"You gave {name} 4.0.")).to_be_visible()
    assert name not in bar.names()
    assert bar.page.evaluate("document.activeElement !== document.body"), "the focus stays in the list"


def test_escape_closes_the_offers_and_the_sheet(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("button", name="Only what’s on tap here").focus()
    bar.page.keyboard.press("Enter")
    expect(bar.page.get_by_role("dialog", name="What’s on tap?")).to_be_visible()
    bar.page.keyboard.press("Escape")
    expect(bar.page.get_by_role("dialog")).to_have_count(0)
    assert "on tap here" in focused(bar)
    bar.narrow()
    field = bar.page.get_by_role("combobox", name="Brewery")
    field.press_sequentially("idle")
    expect(bar.page.get_by_role("listbox", name="Brewery")).to_be_visible()
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_another_view_is_named_to_a_screen_reader(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("link", name="My ratings").press("Enter")
    expect(bar.page.get_by_role("heading", name="My ratings", level=1)).to_be_focused()
    assert bar.page.title() == "My ratings · Taproom"
