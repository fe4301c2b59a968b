"""How many beers of photographed menus are placed right: `python -m benchmarks.menu_photos.reading`, three minutes.

Twenty pictures from drawing.py, read by the laptop's reader behind Rekognition's DetectText, with the catalogue of the
generated sample. Prints the table of docs/adr/0086-menus-are-read-from-photos.md.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from moto.server import ThreadedMotoServer

PROJECT = Path(__file__).parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "functions"), str(PROJECT / "layers/shared")]

from benchmarks.menu_photos import drawing  # noqa: E402
from benchmarks.menu_photos.drawing import Photo  # noqa: E402
from local.context import CloudContext  # noqa: E402
from local.demo import sample  # noqa: E402
from local.services import text_detection  # noqa: E402
from recommend.adapters.text_detection import TextDetection  # noqa: E402
from recommend.menu import menu_lines, photo, photographed_menu  # noqa: E402
from recommend.menu.beer_matcher import CERTAIN, BeerMatcher  # noqa: E402
from taproom.catalogue_file import Beer  # noqa: E402


class Reading(CloudContext):
    """A cloud with nothing but moto's server and Rekognition; `said` is what the latter wrote to its log."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.said: list[str] = []
        self.watch(lambda _, text: self.said.append(text))
        text_detection.install(self)
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        self.on_stop(server.stop)
        self.url = "http://{}:{}".format(*server.get_host_and_port())


class _NoLimit:
    """In place of how many images a day may be read."""

    def take(self) -> None:
        """Let everything pass."""


def beers_of_the_sample() -> list[Beer]:
    """The 800 beers of the sample, all equally well known."""
    made = sample.generate(users=300, reviews=9_000).beers
    columns = zip(made.names, made.breweries, made.styles, made.abv.tolist(), strict=True)
    return [
        Beer(str(number), name, brewery, style, None if abv != abv else round(abv, 1), 50, 3.5, 3.5)
        for number, (name, brewery, style, abv) in enumerate(columns)
    ]


def placed(photographed: Photo, rekognition: Any, matcher: BeerMatcher) -> tuple[set[str], list[str]]:
    """The ids of the beers in the photo that are placed, and the lines that are taken for a beer that is not there."""
    detection = TextDetection(lambda: rekognition, _NoLimit())  # type: ignore[arg-type]
    text = photographed_menu.text_of(photo.opened(photographed.jpeg), detection.detect, matcher)
    meant = {beer.beer_id for beer in photographed.beers}
    right: set[str] = set()
    wrong: list[str] = []
    for line in text.split("\n"):
        best = matcher.matches(menu_lines.parse(line), 1)
        if not best or best[0].confidence < CERTAIN:
            continue
        if best[0].beer.beer_id in meant:
            right.add(best[0].beer.beer_id)
        else:
            wrong.append(f"{line!r} for {best[0].beer.name} by {best[0].beer.brewery}")
    return right, wrong


def main() -> None:
    """Read the twenty pictures and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        cloud = Reading(Path(folder))
        try:
            _print_table(cloud.client("rekognition", read_timeout=600))
        finally:
            cloud.stop()


def _print_table(rekognition: Any) -> None:
    beers = beers_of_the_sample()
    matcher = BeerMatcher(beers)
    print("| picture | beers | placed right | placed wrong | CPU seconds |\n|---|---|---|---|---|")
    total = found = mistaken = 0
    seconds = []
    for photographed in drawing.photos(beers):
        began = time.process_time()
        right, wrong = placed(photographed, rekognition, matcher)
        seconds.append(time.process_time() - began)
        total, found, mistaken = total + len(photographed.beers), found + len(right), mistaken + len(wrong)
        print(f"| {photographed.name} | {len(photographed.beers)} | {len(right)} | {len(wrong)} | {seconds[-1]:.1f} |")
        for line in wrong:
            print(f"  {line}", file=sys.stderr)
    print(f"| **all twenty** | {total} | **{found} ({found / total:.0%})** | **{mistaken}** | ", end="")
    print(f"{statistics.median(seconds):.1f} in the middle |")


if __name__ == "__main__":
    main()
