"""Catalogues on the container's disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommend.failures import NoCatalogue
from recommend.s3_catalogues import Catalogues
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, Cloud


@pytest.fixture
def catalogues(cloud: Cloud, tmp_path: Path) -> Iterator[Catalogues]:
    with closing(Catalogues(cloud.s3, BUCKET, tmp_path / "kept")) as opened:
        yield opened


def test_a_catalogue_is_opened_once(catalogues: Catalogues) -> None:
    assert catalogues.of(OLD) is catalogues.of(OLD)


def test_a_catalogue_that_an_earlier_process_left_whole_is_used(
    cloud: Cloud, catalogues: Catalogues, tmp_path: Path
) -> None:
    catalogues.of(OLD)
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite")
    with closing(Catalogues(cloud.s3, BUCKET, tmp_path / "kept")) as later:
        assert later.of(OLD).beers(["1"]).keys() == {"1"}


def test_nothing_but_whole_catalogues_is_left_on_the_disk(catalogues: Catalogues, tmp_path: Path) -> None:
    catalogues.of(OLD)
    with pytest.raises(NoCatalogue, match=f"releases/{NEW}/catalogue.sqlite"):
        catalogues.of(NEW)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == [f"{OLD}.sqlite"]
