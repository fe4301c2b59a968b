"""Narrowing the list, and the menu of the place."""

from __future__ import annotations

from pathlib import Path

from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect

from tests.browser.bar import Bar
from tests.browser.beers import NAMES


def test_style_strength_and_brewery_narrow_the_list(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.narrow()
    bar.page.get_by_label("Strength").select_option("Very strong, 9 % and up")
    expect(bar.cards).to_have_count(2)
    assert set(bar.names()) == {NAMES["b01"], NAMES["b10"]}
    bar.page.get_by_role("combobox", name="Brewery").press_sequentially("larkm")
    bar.page.get_by_role("option", name="Abbey of Larkmoor").click()
    expect(bar.cards).to_have_count(1)
    assert bar.names() == [NAMES["b10"]]
    expect(bar.page.get_by_role("button", name="Filters (2)")).to_be_visible()


def test_no_beer_is_like_that_and_clearing_brings_all_back(bar: Bar) -> None:
    bar.come_as("hopheron")
    everything = bar.names()
    bar.narrow()
    bar.choose_style("Tripel")
    bar.page.get_by_label("Strength").select_option("Light, under 4.5 %")
    expect(bar.page.get_by_role("heading", name="No beer is like that")).to_be_visible()
    bar.page.get_by_role("button", name="Clear filters").click()
    expect(bar.cards).to_have_count(len(everything))
    assert bar.names() == everything


def test_styles_are_offered_by_family_and_found_by_a_word_of_either(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.narrow()
    style = bar.page.get_by_role("combobox", name="Style")
    style.click()
    offers = bar.page.get_by_role("listbox", name="Style")
    expect(offers.get_by_role("option").first).to_have_text("German Pilsener")
    expect(offers.get_by_text("Lagers and pilsners")).to_be_visible()
    style.press_sequentially("stouts imp")
    expect(offers.get_by_role("option")).to_have_text(["Russian Imperial Stout"])
    style.press("ArrowDown")
    style.press("Enter")
    expect(bar.cards).to_have_count(1)
    assert bar.names() == [NAMES["b01"]]
    style.fill("")
    expect(bar.cards).to_have_count(8)


def test_filters_stay_while_one_looks_at_another_view(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.narrow()
    bar.choose_style("Tripel")
    expect(bar.cards).to_have_count(1)
    bar.page.get_by_role("link", name="Model").click()
    bar.page.get_by_role("link", name="Beers", exact=True).click()
    assert bar.names() == [NAMES["b08"]]
    expect(bar.page.get_by_role("button", name="Filters (1)")).to_be_visible()


def test_a_menu_leaves_what_is_on_tap_here_and_says_what_it_could_not_place(bar: Bar) -> None:
    bar.come_as("hopheron")
    bar.give_menu(
        "Lucky Avenue Tripel 0.3 l   5.20",
        "Burnt Leter Porter - Mossy Trestle Brewhouse 5.9%",
        "Northern Signal IPA",
        "",
        "Xylophone Zebra Nonesuch 3.80",
    )
    assert set(bar.names()) == {NAMES["b08"], NAMES["b07"]}
    panel = bar.page.get_by_role("region", name="On tap here")
    expect(panel).to_contain_text("2 beers to try · 1 you’ve had")
    panel.get_by_text("No beer that is known here (1)").click()
    expect(panel).to_contain_text("Xylophone Zebra Nonesuch")
    line = "“Burnt Leter Porter - Mossy Trestle Brewhouse 5.9%”"
    expect(bar.cards.filter(has_text=NAMES["b07"])).to_contain_text(line)
    panel.get_by_text("You’ve had (1)").click()
    expect(panel).to_contain_text("Northern Signal IPA by Idle Heron Brewery, you gave it 5.0")


def test_a_menu_can_be_edited_and_left(bar: Bar) -> None:
    bar.come_as("hopheron")
    everything = bar.names()
    bar.give_menu("Lucky Avenue Tripel")
    bar.page.get_by_role("button", name="Edit menu").click()
    field = bar.page.get_by_role("textbox", name="The menu")
    expect(field).to_have_value("Lucky Avenue Tripel")
    field.press("Escape")
    expect(field).to_have_count(0)
    bar.page.get_by_role("button", name="Show all beers").click()
    expect(bar.cards).to_have_count(len(everything))
    assert bar.names() == everything


def test_a_menu_can_be_photographed_put_right_and_asked_for(bar: Bar, tmp_path: Path) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("button", name="Only what’s on tap here").click()
    photo = tmp_path / "menu.jpg"
    # Larger than what is sent, as a phone's.
    image = Image.new("RGB", (3200, 1200), "white")
    font = ImageFont.truetype(Path(get_data_path()) / "fonts/ttf/DejaVuSans.ttf", 90)
    ImageDraw.Draw(image).text((200, 300), "Lucky Avenue Tripel  4.90", fill="black", font=font)
    image.save(photo)
    with bar.page.expect_file_chooser() as chooser, bar.page.expect_request("**/menu?*", timeout=60_000) as sent:
        bar.page.get_by_role("button", name="Take or choose a photo").press("Enter")
        chooser.value.set_files(photo)
    expect(bar.page.get_by_role("img", name="Your photo")).to_be_visible()
    expect(bar.page.get_by_text("1 line read, 1 known here.")).to_be_visible(timeout=60_000)
    assert sent.value.header_value("content-type") == "image/jpeg"
    field = bar.page.get_by_role("textbox", name="The menu")
    expect(field).to_be_focused()
    assert "Lucky Avenue Tripel" in field.input_value()
    bar.page.get_by_role("button", name="Find these beers").click()
    expect(bar.page.get_by_text("On tap here")).to_be_visible()


def test_what_is_no_picture_is_told_at_once(bar: Bar, tmp_path: Path) -> None:
    bar.come_as("hopheron")
    bar.page.get_by_role("button", name="Only what’s on tap here").click()
    (tmp_path / "menu.txt").write_text("Lucky Avenue Tripel")
    bar.page.locator("input[type=file]").set_input_files(tmp_path / "menu.txt")
    expect(bar.page.get_by_text("That picture can’t be opened here")).to_be_visible()
