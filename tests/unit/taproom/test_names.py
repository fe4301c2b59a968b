"""Names of endpoints, and of the configs and models of a release."""

from __future__ import annotations

import pytest

from taproom import names
from taproom.names import Layout


def test_separate_endpoints_hold_a_servable_each_and_the_shared_one_holds_both() -> None:
    assert Layout.SEPARATE.archives == {"retrieval": ("retrieval",), "ranking": ("ranking",)}
    assert Layout.SHARED.archives == {"shared": ("retrieval", "ranking")}


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("servable", ["retrieval", "ranking"])
def test_the_archive_that_answers_for_a_servable_holds_it(layout: Layout, servable: str) -> None:
    assert servable in layout.archives[layout.archive_of(servable)]


def test_each_layout_has_another_one() -> None:
    assert [layout.other.other for layout in Layout] == list(Layout)
    assert all(layout.other is not layout for layout in Layout)


def test_a_challengers_endpoints_are_others_than_those_in_service_and_their_names_fit() -> None:
    longest = "x" * names.LONGEST_PREFIX
    archives = [archive for layout in Layout for archive in layout.archives]
    challengers = {names.endpoint_name(names.challenger_prefix(longest), archive) for archive in archives}
    assert challengers.isdisjoint(names.endpoint_name(longest, archive) for archive in archives)
    assert max(map(len, challengers)) <= names.LONGEST_NAME
    assert all(name.startswith(f"{longest}-") for name in challengers)


@pytest.mark.parametrize("release", ["taproom-0123456789ab", "taproom-0123456789ab-2", "my-tap-room-0123456789ab-11"])
@pytest.mark.parametrize("archive", ["retrieval", "ranking", "shared"])
def test_a_configs_name_tells_its_release(release: str, archive: str) -> None:
    assert names.release_of_config(names.config_name(release, archive, "0a1b")) == release


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
