"""Ratios and targets, by hand."""

from __future__ import annotations

from typing import Any

from benchmarks.report.targets import Line, best_peer, lines
from taproom.metrics import RECALL_AT_10, RECALL_AT_100, RMSE


def model(seconds: float | None = 10.0, peak: float = 100.0, **metrics: float) -> dict[str, Any]:
    run = {"metrics": metrics, "fit_seconds": seconds, "evaluation_seconds": 1.0, "peak_memory_mb": peak}
    return {"seeds": {"1": run}, "mean": metrics, "spread": dict.fromkeys(metrics)}


OURS: dict[str, float] = {
    "recall_at_10": 0.11, "recall_at_100": 0.4, "ndcg_at_10": 0.1, "liked_at_10": 0.3, "rmse": 0.66,
    "served_recall_at_10": 0.1, "served_ndcg_at_10": 0.09, "served_liked_at_10": 0.36, "cold_recall_at_100": 0.25,
}  # fmt: skip
PEERS = {
    "popularity": model(recall_at_10=0.02, recall_at_100=0.2, ndcg_at_10=0.02, liked_at_10=0.1),
    "ease": model(recall_at_10=0.1, recall_at_100=0.3, ndcg_at_10=0.1, liked_at_10=0.3, served_liked_at_10=0.33),
    "rp3beta": model(recall_at_10=0.08, recall_at_100=0.32, ndcg_at_10=0.05, liked_at_10=0.2),
    "bias": model(rmse=0.7),
    "global-mean": model(rmse=0.8),
}


def found(name: str = "mine", by_time: bool = False, **ours: Any) -> dict[str, Line]:
    data_set = {"models": PEERS | {"taproom": model(**(OURS | ours))}, "by_time": by_time}
    return {f"{line.title} / {line.compared}": line for line in lines(name, data_set)}


def test_the_best_peer_is_taken_metric_by_metric() -> None:
    assert best_peer(PEERS, RECALL_AT_10) == ("ease", 0.1)
    assert best_peer(PEERS, RECALL_AT_100) == ("rp3beta", 0.32)
    assert best_peer(PEERS, RMSE) == ("bias", 0.7)


def test_a_peer_has_the_better_of_its_two_orders() -> None:
    served = {"ease": model(recall_at_10=0.1, served_recall_at_10=0.09), "rp3beta": model(served_recall_at_10=0.12)}
    assert best_peer(served, RECALL_AT_10) == ("rp3beta", 0.12)


def test_a_variant_of_ours_is_no_peer() -> None:
    assert best_peer({"taproom-no-cross": model(rmse=0.1)}, RMSE) is None


def test_targets_are_met_or_missed() -> None:
    compared = found()
    assert compared["recall@10 / EASE"].met  # .11 / .1 = 1.1, at least 1.05
    assert compared["recall@100 / RP3beta"].met  # .4 / .32 = 1.25, at least 1.05
    assert not compared["NDCG@10 / EASE"].met  # 1, at least 1.05
    assert compared["recall@10, served order / EASE"].met  # as much is enough
    assert not compared["NDCG@10, served order / EASE"].met  # .9, at least 1
    assert not compared["liked@10, served order / EASE"].met  # .36 / .33 = 1.091, at least 1.1
    assert compared["RMSE / user + item bias"].met  # .66 / .7 = .943, at most .995


def test_what_was_not_timed_is_held_against_no_limit_of_time() -> None:
    assert "fit, export, evaluate, s / " in found("movielens_small")
    untimed = found("movielens_small", seconds=None)
    assert "fit, export, evaluate, s / " not in untimed and "peak memory, MB / " in untimed


def test_a_higher_error_is_missed() -> None:
    assert not found(rmse=0.7)["RMSE / user + item bias"].met


def test_what_was_reached_on_a_file_is_to_be_kept() -> None:
    assert "recall@10, as reached before / EASE" not in found()
    assert not found("beeradvocate_5500")["recall@10, as reached before / EASE"].met  # 1.1, at least 1.16
    assert found("beeradvocate_5500")["recall@100, as reached before / RP3beta"].met  # 1.25, at least 1.12


def test_cold_beers_are_to_be_found_where_they_are_many() -> None:
    assert "cold recall@100 / " not in found()
    assert found("ratebeer_text")["cold recall@100 / "].met
    assert not found("ratebeer_text", cold_recall_at_100=0.249)["cold recall@100 / "].met


def test_later_rows_are_to_be_found_better_than_by_popularity() -> None:
    compared = found(by_time=True, recall_at_100=0.2)
    assert compared["recall@10 / popularity"].met
    assert not compared["recall@100 / popularity"].met  # as much is not more
    assert "RMSE / user + item bias" not in compared


def test_time_has_a_limit_on_the_files_that_have_one() -> None:
    assert "fit, export, evaluate, s / " not in found()
    assert found("beeradvocate_5500", seconds=88.0)["fit, export, evaluate, s / "].met
    assert not found("beeradvocate_5500", seconds=89.0)["fit, export, evaluate, s / "].met  # 89 + 1, less than 90


def test_peak_memory_has_a_limit_everywhere() -> None:
    assert not found(peak=3000.0)["peak memory, MB / "].met


def test_newcomers_are_next_to_known_users_cut_to_as_many_ratings() -> None:
    ours = model(**OURS)
    ours["newcomers"] = {
        "1": {"recall_at_100": {"newcomers": 0.18, "known_cut": 0.2}},
        "2": {"recall_at_100": {"newcomers": 0.20, "known_cut": 0.2}},
    }
    line = next(line for line in lines("mine", {"models": {"taproom": ours}}) if line.title.endswith("newcomers"))
    assert (round(line.value, 3), line.met) == (0.95, True)


def test_without_ours_there_is_nothing_to_compare() -> None:
    assert lines("mine", {"models": PEERS}) == []
