"""Catalogues on the container's disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommend.adapters.catalogue_cache import Catalogues
from recommend.errors import NoCatalogue
from tests.unit.recommend.cloud import BUCKET, NEW, OLD, Cloud


@pytest.fixture
def catalogues(cloud: Cloud, tmp_path: Path) -> Catalogues:
    return Catalogues(cloud.s3, BUCKET, tmp_path / "kept")


def test_a_catalogue_is_opened_once(catalogues: Catalogues) -> None:
    assert catalogues.of(OLD) is catalogues.of(OLD)


def test_a_catalogue_that_an_earlier_process_left_whole_is_used(
    cloud: Cloud, catalogues: Catalogues, tmp_path: Path
) -> None:
    catalogues.of(OLD)
    cloud.s3.delete_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite")
    later = Catalogues(cloud.s3, BUCKET, tmp_path / "kept")
    assert later.of(OLD).beers(["1"]).keys() == {"1"}


def test_nothing_but_whole_catalogues_is_left_on_the_disk(catalogues: Catalogues, tmp_path: Path) -> None:
    catalogues.of(OLD)
    with pytest.raises(NoCatalogue, match=f"releases/{NEW}/catalogue.sqlite"):
        catalogues.of(NEW)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == [f"{OLD}.sqlite"]
