"""Lists of one's own by the catalogue alone, while the models wake or fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.exceptions import ReadTimeoutError

from recommend.recommending.query import RecommendationQuery
from recommend.recommending.served_log import context
from taproom.catalogue_file import BeerNeighbours
from tests.stack_metrics import emitted
from tests.unit.recommend.calls import good, ids, recommended, warm
from tests.unit.recommend.cloud import OLD, Cloud, Refused, Release, encoded, get, post
from tests.unit.recommend.recommending.test_without_models import WAYS_TO_FAIL

ASLEEP = ReadTimeoutError(endpoint_url="https://runtime")
# By place: 0 is the beer "1". The Pale Ale speaks for the Table Beer and more for the Weiße, the Stout against it.
NEIGHBOURS = (
    BeerNeighbours(0, (2, 3), (1.0, 2.0)),
    BeerNeighbours(1, (2, 3), (0.5, -1.75)),
)


@pytest.fixture(autouse=True)
def asleep(cloud: Cloud, tmp_path: Path) -> None:
    """Both models asleep, behind a release whose catalogue has neighbours; eve has rated beer 1."""
    cloud.keep_catalogue(OLD, tmp_path, neighbours=NEIGHBOURS)
    for archive in ("retrieval", "ranking"):
        cloud.deploy(OLD, archive)
        cloud.endpoints[f"taproom-{archive}"] = ASLEEP
    cloud.remember("eve", "20260101T000000Z-000000000001", {"1": 5.0})


def test_a_known_history_gets_its_own_list_and_is_told_that_it_is_a_quick_one() -> None:
    body = recommended("eve", "limit=2")
    assert (body["basis"], body["release"], ids(body)) == ("quick", OLD, ["4", "3"])
    assert body["note"].startswith("The models do not answer just now, so this is a quick list from the beers")
    # Everybody's score and what eve is off: 5 - 3.88, over one beer and five more.
    assert [beer["score"] for beer in body["beers"]] == pytest.approx([4.3 + 1.12 / 6, 3.4 + 1.12 / 6], abs=0.001)
    assert [beer["retrieval_rank"] for beer in body["beers"]] == [1, 2]


def test_the_share_of_quick_lists_is_measured_of_those_that_need_not_be_one(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    recommended("eve")
    recommended("eve", "quick=false")
    recommended("nobody")
    lines = capsys.readouterr().out.splitlines()
    entries = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    assert [(entry["AnswersQuick"], entry["service"]) for entry in entries] == [([100], "recommend")]
    assert {metric.name: unit for metric, unit in emitted(lines).items()} == {"AnswersQuick": "Percent"}
    cloud.endpoints["taproom-retrieval"] = Release(OLD, {"1": ["3", "2"]}, {})
    cloud.endpoints["taproom-ranking"] = Release(OLD, {}, dict.fromkeys("1234", 4.0))
    assert recommended("eve")["basis"] == "personal"
    (entry,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    assert entry["AnswersQuick"] == [0]


def test_weights_of_all_beers_of_a_history_add_up(cloud: Cloud) -> None:
    cloud.remember("ben", "20260101T000000Z-000000000001", {"1": 4.0, "2": 4.0})
    # About 1 + 0.5 for the Table Beer, 2 - 1.75 for the Weiße, for which a score of 0.9 more makes up next to nothing.
    body = recommended("ben", "limit=2")
    assert [(beer["beer_id"], beer["retrieval_rank"]) for beer in body["beers"]] == [("3", 1), ("4", 2)]
    cloud.remember("cleo", "20260101T000000Z-000000000001", {"2": 4.0})
    # What a beer speaks against comes as what it says nothing of: after the others, by score.
    assert [(one["beer_id"], one["retrieval_rank"]) for one in recommended("cleo")["beers"]] == [
        ("3", 1),
        ("4", None),
        ("1", None),
    ]


def test_the_better_a_beer_was_liked_the_more_it_speaks_for_others(cloud: Cloud) -> None:
    cloud.remember("ben", "20260101T000000Z-000000000001", {"1": 5.0, "2": 1.0})
    # The Pale Ale got 1.12 more than everybody gives, the Stout 3.15 less, all in all -2.03 / 7. So they count 1.35 and
    # 0.28: 2 x 1.35 - 1.75 x 0.28 for the Weiße, 1.35 + 0.5 x 0.28 for the Table Beer.
    assert ids(recommended("ben", "limit=2")) == ["4", "3"]


def test_filters_exclusions_candidates_and_own_beers_count_as_in_any_other_answer() -> None:
    assert ids(recommended("eve", f"style={encoded('berliner weisse')}")) == ["4"]
    asked = {"exclude": ["4"], "limit": 2}
    body = good(post("/users/eve/recommendations", asked))
    assert (body["basis"], ids(body)) == ("quick", ["3", "2"])
    body = good(post("/users/eve/recommendations", {"candidates": ["2", "3"]}))
    assert (body["basis"], ids(body)) == ("quick", ["3", "2"])
    tried = recommended("eve", "include_tried=true&limit=4")["beers"]
    assert {beer["beer_id"]: beer["given"] for beer in tried}["1"] == 5.0


def test_a_menu_is_answered_quickly_too() -> None:
    body = good(post("/users/eve/menu", {"menu": "Alder Table Beer\nBrauhaus Grün Weiße"}))
    assert (body["basis"], [beer["line"] for beer in body["beers"]]) == ("quick", [2, 1])


def test_a_quick_list_is_explained_by_the_same_neighbours() -> None:
    explained = recommended("eve", "explain=true&limit=1")["beers"][0]["explanation"]
    assert explained["sentence"] == "Like Pale Ale by Alder, which you gave 5."
    assert explained["nearest"][0]["place"] == 1


@pytest.mark.parametrize("error", [error for error, _, _ in WAYS_TO_FAIL])
def test_whatever_keeps_retrieval_from_answering(cloud: Cloud, error: Exception | bytes) -> None:
    cloud.endpoints["taproom-retrieval"] = error
    assert recommended("eve")["basis"] == "quick"


def test_while_ranking_sleeps_the_beers_of_retrieval_come_with_scores_of_ones_own(cloud: Cloud) -> None:
    awake = {"outputs": {"beer_id": [["3", "2"]], "score": [[1.0, 0.9]], "known": [True], "release": [OLD]}}
    cloud.endpoints["taproom-retrieval"] = json.dumps(awake).encode()
    body = recommended("eve", "limit=2")
    # 1 + 0.5 x 3.59 is less than 0.9 + 0.5 x 4.34.
    assert (body["basis"], ids(body)) == ("quick", ["2", "3"])
    assert body["reasons"] == ["quick"]
    assert recommended("eve", "limit=2&style=stout")["reasons"] == ["quick", "too few"]


def test_who_has_rated_nothing_that_is_known_gets_the_most_loved_beers() -> None:
    body = recommended("zoe")
    assert (body["basis"], ids(body)[0]) == ("most loved", "4")
    assert body["note"].startswith("zoe has not rated any beer")


def test_a_history_without_neighbours_gets_the_most_loved_beers_until_the_models_are_awake(cloud: Cloud) -> None:
    cloud.remember("dan", "20260101T000000Z-000000000001", {"3": 4.0})
    body = recommended("dan")
    assert (body["basis"], ids(body)[0]) == ("quick", "4")
    # Everybody's score and what dan is off: 4 - 3.4, over one beer and five more.
    assert body["beers"][0]["score"] == pytest.approx(4.3 + 0.6 / 6, abs=0.001)
    body = recommended("dan", "quick=false")
    assert (body["basis"], ids(body)[0]) == ("most loved", "4")
    assert body["note"].startswith("Your own list is not at hand")


def test_a_retired_beer_is_on_no_quick_list(cloud: Cloud) -> None:
    cloud.list_beers({"4": {"retired": True}})
    assert ids(recommended("eve", "limit=1")) == ["3"]


def test_both_models_are_woken_before_the_answer_comes(cloud: Cloud) -> None:
    recommended("eve")
    assert {endpoint for endpoint, _, _ in cloud.asked} == {"taproom-retrieval", "taproom-ranking"}


def test_the_schedule_wakes_both_models(cloud: Cloud) -> None:
    cloud.endpoints["taproom-ranking"] = Refused("ThrottlingException", 429)
    warm()
    assert {endpoint for endpoint, _, _ in cloud.asked} == {"taproom-retrieval", "taproom-ranking"}


def test_the_log_does_not_tell_apart_who_waits_for_the_models() -> None:
    assert context(RecommendationQuery(limit=10, quick=False)) == context(RecommendationQuery(limit=10))


def test_models_that_do_not_wake_while_an_answer_waits_for_them_leave_a_quick_list() -> None:
    assert good(get("/users/eve/recommendations?quick=false"))["basis"] == "quick"
