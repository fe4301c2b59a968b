"""How soon a phone shows the page at its first visit: python -m benchmarks.page.first_paint SITE

SITE is where a stack with a model in service is, like what `make local` prints. Chromium plays a slow phone: so many
bits a second, each request so much later, and a processor that is so many times slower than the machine's own. The
laptop's gateway speaks HTTP/1.1, so six requests at most are under way at once; API Gateway takes all at once (HTTP/2).
"""

from __future__ import annotations

import argparse
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests import prerequisites

ROUNDS = 5
KILOBITS, LATENCY, SLOWDOWN = 1600, 150, 4
PHONE = {"width": 360, "height": 740}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
LIST = ".list .cards[aria-busy=false] .card"
SENT = """performance.getEntries().filter(({transferSize}) => transferSize !== undefined)
  .map(({transferSize}) => transferSize)"""


class Visit(NamedTuple):
    """Milliseconds until something is painted and until the list is there; kB, and requests, up to then."""

    painted: float
    listed: float
    kilobytes: float
    requests: int


def visit(browser: Browser, site: str) -> Visit:
    """The first one, of somebody whose browser has kept nothing."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=3, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    phone = context.new_cdp_session(page)
    bytes_a_second = KILOBITS * 1000 / 8
    phone.send("Network.enable")
    phone.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(site, wait_until="commit")
    page.locator(LIST).first.wait_for(timeout=60_000)
    listed, sizes = page.evaluate("performance.now()"), page.evaluate(SENT)
    found = Visit(page.evaluate(PAINTED), listed, sum(sizes) / 1000, len(sizes))
    context.close()
    return found


def main() -> None:
    """Visit, and print the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site")
    site = parser.parse_args().site
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=prerequisites.CHROMIUM.required(), args=["--no-sandbox"])
        visits = [visit(browser, site) for _ in range(ROUNDS)]
        browser.close()
    print(f"{KILOBITS} kbit/s, {LATENCY} ms, processor {SLOWDOWN} times slower; medians of {ROUNDS} (least to most)")
    for name in Visit._fields:
        values = [float(getattr(one, name)) for one in visits]
        print(f"{name:10} {median(values):8.0f} ({min(values):.0f} to {max(values):.0f})")


if __name__ == "__main__":
    main()
