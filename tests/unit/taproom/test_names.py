"""Names of endpoints, and of the configs and models of a release."""

from __future__ import annotations

import pytest

from taproom import names
from taproom.names import Layout


def test_a_separate_servable_answers_one_question_and_a_fused_one_a_question_a_signature() -> None:
    def answering(layout: Layout) -> dict[str, tuple[str, str]]:
        return {each: (layout.servable_of(each), layout.signature_of(each)) for each in layout.questions}

    assert answering(Layout.SEPARATE) == {
        "retrieval": ("retrieval", "serving_default"),
        "ranking": ("ranking", "serving_default"),
    }
    assert answering(Layout.FUSED) == {
        "retrieval": ("fused", "retrieval"),
        "ranking": ("fused", "ranking"),
        "recommendation": ("fused", "recommendation"),
    }


@pytest.mark.parametrize("layout", list(Layout))
def test_a_layouts_servables_are_those_that_answer(layout: Layout) -> None:
    assert set(layout.servables) == {layout.servable_of(question) for question in layout.questions}


def test_each_layout_has_another_one() -> None:
    assert [layout.other.other for layout in Layout] == list(Layout)
    assert all(layout.other is not layout for layout in Layout)


def test_a_challengers_endpoints_are_others_than_those_in_service_and_their_names_fit() -> None:
    longest = "x" * names.LONGEST_PREFIX
    servables = [servable for layout in Layout for servable in layout.servables]
    challengers = {names.endpoint_name(names.challenger_prefix(longest), servable) for servable in servables}
    assert challengers.isdisjoint(names.endpoint_name(longest, servable) for servable in servables)
    assert max(map(len, challengers)) <= names.LONGEST_NAME
    assert all(name.startswith(f"{longest}-") for name in challengers)


@pytest.mark.parametrize("release", ["taproom-0123456789ab", "taproom-0123456789ab-2", "my-tap-room-0123456789ab-11"])
@pytest.mark.parametrize("servable", ["retrieval", "ranking", "fused"])
def test_a_configs_name_tells_its_release(release: str, servable: str) -> None:
    assert names.release_of_config(names.config_name(release, servable, "0a1b")) == release


@pytest.mark.parametrize(
    "name",
    [
        "",
        "taproom-0123456789ab",
        "taproom-0123456789ab-retrieval",
        "taproom-0123456789ab-retrieval-0a1b2",
        "taproom-0123456789ab-reranking-0a1b",
        "somebody-elses-config",
    ],
)
def test_a_config_that_is_not_ours_has_no_release(name: str) -> None:
    assert names.release_of_config(name) is None
