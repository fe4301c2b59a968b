"""Twins: several ids under which one beer comes from different files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from taproom.contract import beer_id_of

Texts = npt.NDArray[np.object_]
Places = npt.NDArray[np.int32]


def find_aliases(ids: Texts, names: Texts, breweries: Texts, beer: Places, part: Places) -> dict[str, str]:
    """The ids that are twins of others, each with the one that stays for the beer, among them ids still to be made.

    Twins have one brewery and name, as `beer_id_of` compares them. Given ones are kept apart, though, where a part has
    reviews of two of them, since whoever made its file tells them apart, or where the brewery is a number, since each
    site has its own numbers; a made one is no twin of theirs then, since it may be any of them. `ids` [ids] are
    sorted; `beer` is the id's place in each review [reviews], `part` the review's part.

    A given id stays before a made one, then the shorter, then the lower: whatever else comes in, the order is the same.
    """
    alike = _alike(ids, names, breweries)
    # One that was made of a name, and has another in its latest review, is an id like those that came with a file.
    all_given = {ids[place] for given in alike.values() for place in given}
    met = _met(list(alike.values()), len(ids), beer, part)
    aliases: dict[str, str] = {}
    for number, (made, given) in enumerate(alike.items()):
        if len(given) > 1 and (number in met or breweries[given[0]].isdecimal()):
            continue
        first, *others = sorted((ids[place] for place in given), key=lambda one: (len(one), one)) or [made]
        aliases |= dict.fromkeys({*others, *({made} - all_given)} - {first}, first)
    return aliases


def possible_twins(ids: Texts, names: Texts, breweries: Texts) -> list[str]:
    """The given ids of which it counts whether a part has two; of others `find_aliases` needs no reviews."""
    groups = _alike(ids, names, breweries).values()
    return [ids[place] for places in groups if len(places) > 1 for place in places]


def _alike(ids: Texts, names: Texts, breweries: Texts) -> dict[str, list[int]]:
    """The places of the given ids that each made one may stand for."""
    alike: dict[str, list[int]] = {}
    for place, (brewery, name) in enumerate(zip(breweries, names, strict=True)):
        made = beer_id_of(brewery, name)
        places = alike.setdefault(made, [])
        if ids[place] != made:
            places.append(place)
    return alike


def _met(groups: Sequence[Sequence[int]], ids: int, beer: Places, part: Places) -> set[int]:
    """The numbers of the `groups` of ids of which two are in one part."""
    group = np.full(ids, -1, np.int64)
    for number, places in enumerate(groups):
        if len(places) > 1:
            group[places] = number
    rows = group[beer] >= 0
    parts, members = np.divmod(np.unique(part[rows].astype(np.int64) * ids + beer[rows]), ids)
    meetings, count = np.unique(parts * len(groups) + group[members], return_counts=True)
    return set((meetings[count > 1] % len(groups)).tolist())
