"""The report's section on what would change for people: requests of the last days, answered anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer.release.replay import Difference
from trainer.release.report.markup import escaped, folded, table


def changes(metrics: Mapping[str, Any], differences: Sequence[Difference]) -> tuple[str, str]:
    """What the section says, and the twenty requests whose answers would change most."""
    found = metrics["replay"]
    if found is None:
        return "There are no requests of the last days that this release and one in service could both answer.", ""
    kept = f"{found['overlap']:.0%} of the beers of a list stay"
    empty = f"{found['newly_empty']:.1%} of the lists would be empty that are not now" if found["newly_empty"] else ""
    said = ", and ".join(filter(None, (kept, empty)))
    return (
        f"{found['requests']:,} requests of the last days, answered by this release and by the one in service: {said}. "
        "Below are those that would change most; nobody is named.",
        "".join(map(_difference, differences)) + (_estimates(metrics["off_policy"]) if metrics["off_policy"] else ""),
    )


def _difference(one: Difference) -> str:
    lists = "".join(
        f"<h3>{name}</h3><ol>{''.join(f'<li>{escaped(beer)}</li>' for beer in beers)}</ol>"
        for name, beers in (("In service", one.serving), ("Candidate", one.candidate))
    )
    shared = len(set(one.serving) & set(one.candidate))
    return folded(f"{one.ratings} ratings: {shared} of {len(one.serving)} beers stay", lists)


def _estimates(found: Mapping[str, Any]) -> str:
    names = {"ips": "inverse propensity", "snips": "self-normalised", "dr": "doubly robust"}
    estimated = [("served", "as logged", found["logged"])]
    for release in ("candidate", "serving"):
        estimated += [(release, names[name], found[release][name]) for name in names if found[release]]
    rows = (
        [release, name, f"{value['value']:.3f}", f"{value['lower']:.3f} to {value['upper']:.3f}"]
        for release, name, value in estimated
    )
    return (
        "<p class=note>Beers of an answer that are tried or rated, estimated from the propensities in the log, with "
        "95 % intervals over users. What the policy itself had shown was fitted since, which is to the candidate’s "
        f"favour.</p>{table('Beers taken per answer', ('', 'estimate', 'per answer', 'interval'), rows)}"
    )
