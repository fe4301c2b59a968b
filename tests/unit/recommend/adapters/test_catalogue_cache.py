"""Catalogues on the container's disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommend.adapters.catalogue_cache import CatalogueCache
from recommend.errors import MissingCatalogue
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, Cloud


@pytest.fixture
def catalogues(cloud: Cloud, tmp_path: Path) -> Iterator[CatalogueCache]:
    with closing(CatalogueCache(cloud.s3, BUCKET, tmp_path / "kept")) as opened:
        yield opened


def test_a_catalogue_is_opened_once(catalogues: CatalogueCache) -> None:
    assert catalogues.get(OLD) is catalogues.get(OLD)


def test_a_catalogue_that_an_earlier_process_left_whole_is_used(
    cloud: Cloud, catalogues: CatalogueCache, tmp_path: Path
) -> None:
    catalogues.get(OLD)
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite")
    with closing(CatalogueCache(cloud.s3, BUCKET, tmp_path / "kept")) as later:
        assert later.get(OLD).beers(["1"]).keys() == {"1"}


def test_nothing_but_whole_catalogues_is_left_on_the_disk(catalogues: CatalogueCache, tmp_path: Path) -> None:
    catalogues.get(OLD)
    with pytest.raises(MissingCatalogue, match=f"releases/{NEW}/catalogue.sqlite"):
        catalogues.get(NEW)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == [f"{OLD}.sqlite"]
