"""Twins: several ids under which one beer came from different files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from taproom.contract import beer_id_of

Texts = npt.NDArray[np.object_]
Places = npt.NDArray[np.int32]


def places_that_stay(ids: Texts, names: Texts, breweries: Texts, beer: Places, part: Places) -> Places:
    """For each of the sorted `ids` [ids] the place of the id that stays for its beer: its own, or that of a twin.

    Twins have one brewery and name, as `beer_id_of` compares them. Given ones are kept apart, though, where a part has
    reviews of two of them, since whoever made its file tells them apart, or where the brewery is a number, since each
    site has its own numbers; a made one is no twin of theirs then, since it may be any of them. `beer` is the id's
    place in each review [reviews], `part` the review's part.

    A given id stays before a made one, then the shorter, then the lower: whatever else comes in, the order is the same.
    """
    alike: dict[str, list[int]] = {}
    for place, (brewery, name) in enumerate(zip(breweries, names, strict=True)):
        alike.setdefault(beer_id_of(brewery, name), []).append(place)
    twins = {made: places for made, places in alike.items() if len(places) > 1}
    given = [[place for place in places if ids[place] != made] for made, places in twins.items()]
    met = _met(given, len(ids), beer, part)
    stays = np.arange(len(ids), dtype=np.int32)
    for number, places in enumerate(twins.values()):
        first, *others = sorted(given[number], key=lambda place: (len(ids[place]), place))
        if not others or not (number in met or breweries[first].isdecimal()):
            stays[places] = first
    return stays


def _met(groups: Sequence[Sequence[int]], ids: int, beer: Places, part: Places) -> set[int]:
    """The numbers of the `groups` of ids of which two are in one part."""
    group = np.full(ids, -1, np.int64)
    for number, places in enumerate(groups):
        group[places] = number
    rows = group[beer] >= 0
    parts, members = np.divmod(np.unique(part[rows].astype(np.int64) * ids + beer[rows]), ids)
    meetings, count = np.unique(parts * len(groups) + group[members], return_counts=True)
    return set((meetings[count > 1] % len(groups)).tolist())
