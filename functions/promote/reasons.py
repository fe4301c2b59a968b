"""Why a run was promoted or refused, in a sentence or two for anybody."""

from __future__ import annotations

from collections.abc import Sequence

from promote.verdict import Comparison


def of_promotion(comparisons: Sequence[Comparison]) -> str:
    """What its passing rests on; every comparison has passed."""
    beside = [comparison for comparison in comparisons if comparison.gain is not None]
    if not beside:
        return "It beats what needs no model, and there is no release to compare it with."
    unsure = [comparison for comparison in beside if not comparison.sure]
    if not unsure:
        return "With 95 % confidence it is no worse than " + " and ".join(_others(beside)) + "."
    return (
        f"Too few held-out users to tell by {_listed([one.metric for one in unsure])} whether it is worse than "
        f"{' or '.join(_others(unsure))}; what they say is near enough."
    )


def of_refusal(comparisons: Sequence[Comparison]) -> str:
    """A sentence on each comparison that failed, the three weightiest: scores first, for they spoil all others."""
    failed = [comparison for comparison in comparisons if not comparison.passed]
    failed.sort(key=lambda comparison: comparison.other is not None)
    sentences = [_failed(comparison) for comparison in failed[:3]]
    more = len(failed) - len(sentences)
    return " ".join([*sentences, *([f"{more} more comparisons failed."] if more else [])])


def _failed(one: Comparison) -> str:
    if one.other is None:
        return _broken_scores(one)
    if one.gain is None:
        wanted = f"wanted {'at least' if one.higher_is_better else 'at most'} {one.bound:.4f}"
        return f"Its {one.metric} is {one.candidate:.4f}, {wanted} ({one.against}: {one.other:.4f})."
    allowed = f"{abs(one.bound / one.other - 1):.1%}" if one.other else "nothing"
    if one.sure and one.upper is not None:
        return (
            f"Its {one.metric} is {-one.gain:.1%} worse than that of {_named(one)}, with 95 % confidence at least "
            f"{-one.upper:.1%}, and {allowed} is allowed."
        )
    return (
        f"Its {one.metric} is {-one.gain:.1%} worse than that of {_named(one)}. Held-out users are too few to tell by "
        f"how much{one.interval}, and then {allowed} is allowed."
    )


def _broken_scores(one: Comparison) -> str:
    """A check of scores that failed."""
    if one.higher_is_better:
        found = f"beers' mean scores run against those of {_named(one)} ({one.metric}: {one.candidate:.2f})"
    else:
        found = (
            f"the scores that it learnt from are unlike those of {_named(one)} "
            f"({one.metric}: {one.candidate:.2f}, and at most {one.bound:.2f} is believed)"
        )
    return f"A drop may be upside down or on another scale: {found}."


def _named(one: Comparison) -> str:
    return f"the release {one.against}" if one.against.startswith("in ") else f"the {one.against}"


def _others(comparisons: Sequence[Comparison]) -> list[str]:
    return list(dict.fromkeys(map(_named, comparisons)))


def _listed(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    return different[0] if len(different) == 1 else f"{', '.join(different[:-1])} and {different[-1]}"
