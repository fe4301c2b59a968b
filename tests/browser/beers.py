"""The world of the browser tests: the twelve beers that the stand-in pair knows, and who has rated them."""

from __future__ import annotations

from taproom.catalogue_file import Beer, DailyReviews

# Whoever takes a name for markup loads an image that is not there, and the title of the page changes.
HOSTILE = "<img src=x onerror=\"document.title='owned'\"> Stout"

# The most reviewed first.
BEERS = (
    Beer("b00", "Copper Lantern Pils", "Idle Heron Brewery", "German Pilsener", 4.9, 412, 3.9, 3.9),
    Beer("b01", "Velvet Parade Imperial Stout", "Salt Anvil Ales", "Russian Imperial Stout", 10.4, 388, 4.3, 4.3),
    Beer("b02", "Quiet Harvest Saison", "Mossy Trestle Brewhouse", "Saison / Farmhouse Ale", 6.4, 301, 4.0, 4.0),
    Beer("b03", "Northern Signal IPA", "Idle Heron Brewery", "American IPA", 6.8, 277, 4.1, 4.1),
    Beer("b04", "Drifting Picnic Weizen", "Golden Kestrel Beer Works", "Hefeweizen", 5.3, 240, 3.8, 3.8),
    Beer("b05", HOSTILE, "Malt & <b>Sons</b>", "American Stout", 6.1, 199, 3.7, 3.7),
    Beer("b06", "Painted Comet Double IPA", "Salt Anvil Ales", "American Double / Imperial IPA", 8.7, 154, 4.2, 4.2),
    Beer("b07", "Burnt Letter Porter", "Mossy Trestle Brewhouse", "American Porter", 5.9, 120, 3.9, 3.9),
    Beer("b08", "Lucky Avenue Tripel", "Abbey of Larkmoor", "Tripel", 8.9, 77, 4.0, 4.0),
    Beer("b09", "Stubborn Otter Bitter", "Golden Kestrel Beer Works", "English Bitter", 3.9, 41, 3.5, 3.6),
    Beer("b10", "Winter Lighthouse Quad", "Abbey of Larkmoor", "Quadrupel (Quad)", 10.3, 12, 4.4, 4.1),
    Beer("b11", "Café Brûlé Oatmeal Stout", "Idle Heron Brewery", "Oatmeal Stout", None, 1, 4.5, 3.8),
)
NAMES = {beer.beer_id: beer.name for beer in BEERS}

# Of the 2,222 reviews, 109 are of the last 30 days: 5.2 % as many as before.
DAILY_REVIEWS = (
    DailyReviews("b00", 20454, 10),
    DailyReviews("b05", 20430, 30),
    DailyReviews("b06", 20440, 40),
    DailyReviews("b08", 20454, 20),
    DailyReviews("b10", 20450, 9),
)

# A name that means something to HTML, to URLs and to those who decode once too often.
HOSTILE_USERNAME = "<b>ann</b>/100%25 ü"
RATED: dict[str, dict[str, float]] = {
    "hopheron": {"b00": 4.5, "b03": 5.0, "b06": 4.0, "b09": 2.5},
    "hopbadger": {"b01": 4.0},
    # Each belongs to one test, which rates more.
    "tapotter": {"b01": 4.0, "b04": 3.5},
    "caskfox": {"b03": 4.5},
    "kegraven": {"b02": 2.0, "b09": 2.5},
    HOSTILE_USERNAME: {"b01": 4.5, "b05": 3.0},
}
