"""The story that the demo tells: two drops, two releases, and what the second one changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from local.assembly import Cloud
from local.demo import drops, sample, tables
from local.demo.drops import Drops
from local.demo.loop import Loop, LoopBroken, Outcome
from local.demo.traffic import Traffic
from local.demo.training_log import TrainingLog

SHOWN, LOOKED_AT = 10, 100
# Of the second release, before the client that asks all along ends.
ENOUGH_ANSWERS = 20
WIDTH = 132


class Screen:
    """Prints what happens, with the seconds since the start; from any thread."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, width=WIDTH)
        self._started = time.monotonic()
        self._training_log = TrainingLog()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, text: str) -> None:
        """A new step of the story."""
        self.console.print()
        self.console.print(f"[bold]{self.seconds:6.1f} s  {text}[/bold]", soft_wrap=True)

    def say(self, text: str) -> None:
        self.console.print(f"{self.seconds:6.1f} s  {text}", soft_wrap=True)

    def show(self, kind: str, text: str) -> None:
        """A line of the cloud: those of training and endpoints are part of the story."""
        if kind == "training":
            for line in self._training_log.feed(text):
                self.say(f"[dim]training  {escape(line)}[/dim]")
        elif kind in ("job", "endpoint"):
            for line in self._training_log.flush():
                self.say(f"[dim]training  {escape(line)}[/dim]")
            self.say(f"[cyan]{kind:<9} {escape(text)}[/cyan]")


def plan_drops(screen: Screen, reviews: Path | None, place: Path) -> Drops:
    """The two drops: of `reviews`, or of a generated beer world.

    Raises
    ------
    CannotSplit
        If the file will not do.
    """
    if reviews is None:
        reviews = place / "sample.csv.gz"
        screen.step("Generating a beer world: these breweries, beers, people and reviews are made up")
        sample.write(sample.generate(), reviews)
    else:
        screen.step(f"Reading {escape(str(reviews))}")
    return drops.split(reviews, place / "drops")


def run(cloud: Cloud, screen: Screen, plan: Drops, report: Path) -> None:
    """The story.

    Raises
    ------
    LoopBroken
        As soon as something is not as it should be.
    """
    screen.step("Deploying template.yaml to a cloud on this machine")
    cloud.start()
    cloud.watch(screen.show)
    cloud.deploy()
    loop = Loop(cloud)
    screen.say(
        f"Its page, once there is a release: {cloud.outputs['ApiUrl']}/   bucket s3://{cloud.outputs['BucketName']}"
    )

    screen.step(f"First drop: {plan.first_rows:,} reviews, {plan.known} of them by {escape(plan.username)}")
    _show_receipt(screen, loop.drop(plan.first))
    first = promoted(screen, loop.outcome())
    before = loop.recommendations(plan.username, LOOKED_AT)
    _show_beers(screen, before, f"What {plan.username} should try, by {first}")
    endpoints = loop.endpoints()

    screen.step(
        f"Second drop: {plan.second_rows:,} newer reviews, {plan.new} of them by {escape(plan.username)}; "
        "a client asks for recommendations all along"
    )
    with Traffic(loop.recommendations_url(plan.username, SHOWN)) as traffic:
        _show_receipt(screen, loop.drop(plan.second))
        second = promoted(screen, loop.outcome())
        seen = traffic.wait_for(second, ENOUGH_ANSWERS)
    screen.console.print()
    screen.console.print(tables.endpoints(endpoints, loop.endpoints()))
    counts = ", ".join(f"{count:,} by {release}" for release, count in traffic.answered.items())
    screen.say(f"The client's requests meanwhile: {len(traffic.failures)} failed, answered were {counts or 'none'}")
    if traffic.failures:
        raise LoopBroken(f"{len(traffic.failures)} requests failed during the update, the first: {traffic.failures[0]}")
    if not seen:
        raise LoopBroken(f"{second} was promoted, but the API does not answer with it.")

    after = loop.recommendations(plan.username, LOOKED_AT)
    _show_beers(screen, after, f"What {plan.username} should try now, by {second}", before)
    _show_rated(screen, loop, plan, before, after)

    screen.step("How good the models are")
    for release in (first, second):
        screen.console.print(tables.metrics(loop.metrics(release)))
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_bytes(loop.report(second))


def promoted(screen: Screen, outcome: Outcome) -> str:
    """The release that the outcome put in service.

    Raises
    ------
    LoopBroken
        For any other outcome: the demo promises two releases.
    """
    colour = "green" if outcome.kind == "promoted" else "red"
    screen.say(f"[{colour}]{outcome.kind} {escape(outcome.run)}[/{colour}]")
    screen.console.print(escape(outcome.body), style="dim", soft_wrap=True)
    if outcome.kind != "promoted":
        raise LoopBroken(f"The run {outcome.run} was to come into service, but its outcome is: {outcome.kind}.")
    return outcome.run


def _show_receipt(screen: Screen, receipt: dict[str, Any]) -> None:
    refused = "".join(f"; {count:,} times: {reason}" for reason, count in receipt["reasons"].items())
    screen.say(
        f"receipt   {receipt['rows']:,} rows, {receipt['accepted']:,} accepted, {receipt['refused']:,} refused"
        f"{escape(refused)}, part {receipt['part']}"
    )


def _show_beers(screen: Screen, answer: dict[str, Any], title: str, before: dict[str, Any] | None = None) -> None:
    shown = {**answer, "beers": answer["beers"][:SHOWN]}
    earlier = _ids(before)[:SHOWN] if before else _ids(shown)
    screen.console.print()
    screen.console.print(tables.recommendations(shown, escape(title), [i for i in _ids(shown) if i not in earlier]))
    if answer["note"]:
        screen.say(escape(answer["note"]))


def _show_rated(screen: Screen, loop: Loop, plan: Drops, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Beers that were recommended, then reviewed in the second drop, must be gone."""
    rated = loop.rated_beers(plan.username)
    gone = [beer for beer in before["beers"] if beer["beer_id"] in rated]
    screen.say(
        f"Of the {len(before['beers'])} beers recommended before, {plan.username} has meanwhile reviewed {len(gone)}"
        + (f", such as {gone[0]['name']} by {gone[0]['brewery']}" if gone else "")
        + "; none of them is recommended any more."
    )
    still = [beer["name"] for beer in after["beers"] if beer["beer_id"] in rated]
    if still:
        raise LoopBroken(f"Beers that {plan.username} has reviewed are still recommended: {', '.join(still)}.")


def _ids(answer: dict[str, Any]) -> list[str]:
    return [beer["beer_id"] for beer in answer["beers"]]
