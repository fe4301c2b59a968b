"""A guest's hands and eyes on the page."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

# What Playwright writes where it lets a page have no service worker.
_BLOCKED = "warning: Service Worker registration blocked by Playwright"
_EMPTY = '<link rel="icon" href="data:,">'


class Bar:
    """The page at `site` in one browser tab; `said` is what it wrote to the console and what went wrong in it."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.said: list[str] = []
        page.on("console", lambda message: self._hear(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _hear(self, line: str) -> None:
        if line != _BLOCKED:
            self.said.append(line)

    def come(self, view: str = "", guest: dict[str, Any] | None = None) -> None:
        """Load the page at `view`, as somebody that it remembers."""
        if guest is not None:
            # A page of the same origin that asks for nothing is there sooner than the real one.
            empty = f"{self.site}empty"
            self.page.route(empty, lambda route: route.fulfill(content_type="text/html", body=_EMPTY))
            self.page.goto(empty)
            self.page.unroute(empty)
            self.page.evaluate("guest => localStorage.setItem('taproom.guest', guest)", json.dumps(guest))
        self.page.goto("about:blank")
        self.page.goto(f"{self.site}{view}")

    def come_as(self, username: str, view: str = "#/beers") -> None:
        """Load the page as somebody with a username."""
        self.come(view, {"username": username})
        if view == "#/beers":
            self.settled()

    @property
    def beers(self) -> Locator:
        """The list of beers to try."""
        return self.page.get_by_role("list", name="Beers to try")

    @property
    def cards(self) -> Locator:
        """The beers on the list."""
        return self.beers.locator(".card:not(.skeleton)")

    @property
    def trending(self) -> Locator:
        """The beers of the row below the list."""
        return self.page.get_by_role("list", name="Trending beers").get_by_role("listitem")

    def settled(self) -> None:
        """Wait until the list is there."""
        expect(self.beers).to_have_attribute("aria-busy", "false")

    def names(self) -> list[str]:
        """The names on the list, in its order."""
        self.settled()
        return self.cards.get_by_role("heading").all_text_contents()

    def rate(self, name: str, score: float) -> None:
        """Tap the star of `score` for the beer of that name, where it is first on the page."""
        self.page.get_by_role("group", name=f"Your score for {name}").first.get_by_label(f"{score} of 5").click()

    def choose_style(self, name: str) -> None:
        """Narrow the list to a style."""
        self.page.get_by_role("combobox", name="Style").fill(name)
        self.page.get_by_role("option", name=name, exact=True).click()

    def asked_about(self) -> str:
        """The beer that a newcomer is asked about."""
        question = self.page.get_by_role("region", name="A beer that you may know")
        expect(question).to_have_attribute("aria-busy", "false")
        return question.get_by_role("heading").text_content() or ""

    def narrow(self) -> None:
        """Unfold the filters, which a phone has no room for."""
        self.page.get_by_role("button", name="Filters").click()

    def give_menu(self, *lines: str) -> None:
        """Paste a menu."""
        self.page.get_by_role("button", name="Only what’s on tap here").click()
        self.page.get_by_role("textbox", name="The menu").fill("\n".join(lines))
        self.page.get_by_role("button", name="Find these beers").click()
        expect(self.page.get_by_role("region", name="On tap here")).to_be_visible()
        self.settled()
