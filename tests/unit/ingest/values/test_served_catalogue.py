"""The catalogue of the release in service, as ingest finds it on AWS (moto)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.values.served_catalogue import ServedCatalogue
from taproom import catalogue_file, contract
from taproom.catalogue_file import Beer
from tests.unit.ingest.cloud import BUCKET, HEADER, PREFIX, Cloud

OLD, NEW = "taproom-00000000000a", "taproom-00000000000b"
ATAK = contract.beer_id_of("Pinta", "Atak")


def release(
    cloud: Cloud, folder: Path, release: str, *beers: tuple[str, str, str, int], aliases: dict[str, str] | None = None
) -> None:
    """Put a release of (id, name, brewery, reviews) in service."""
    file = folder / f"{release}.sqlite"
    rows = [Beer(beer_id, name, brewery, None, None, reviews, 4.0, 4.0) for beer_id, name, brewery, reviews in beers]
    catalogue_file.write(file, rows, {"release": release, "ranking_weight": 0.5}, aliases=aliases)
    cloud.s3.put_object(Bucket=BUCKET, Key=f"releases/{release}/catalogue.sqlite", Body=file.read_bytes())
    config, endpoint = f"{release}-fused-0000", f"{PREFIX}-fused"
    cloud.sagemaker.create_model(ModelName=config, ExecutionRoleArn="arn:aws:iam::123456789012:role/sagemaker")
    variant = {"VariantName": "all", "ModelName": config, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    cloud.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
    if cloud.sagemaker.list_endpoints()["Endpoints"]:
        cloud.sagemaker.delete_endpoint(EndpointName=endpoint)
    cloud.sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=config)


def test_it_tells_names_by_id(cloud: Cloud, tmp_path: Path) -> None:
    release(cloud, tmp_path, OLD, ("276", "Pale Ale", "Sierra Nevada", 169))
    beers = ServedCatalogue(cloud.s3, cloud.sagemaker, BUCKET, PREFIX).current()
    assert beers is not None
    assert beers.named("276") == ("Pale Ale", "Sierra Nevada")
    assert beers.named("277") is None


def test_a_twins_id_has_the_names_of_its_beer_so_that_another_beer_with_it_is_told_apart(
    cloud: Cloud, tmp_path: Path
) -> None:
    pale_ale = ("276", "Sierra Nevada Pale Ale", "Sierra Nevada Brewing Co.", 169)
    release(cloud, tmp_path, OLD, pale_ale, aliases={"12": "276"})
    rows = "4,dora,Atak,Pinta,12\n3,dora,Sierra Nevada Pale Ale,Sierra Nevada Brewing Co.,12\n"
    receipt = cloud.take_in("a.csv", (HEADER + rows).encode())
    # What was given is kept: which ids are twins is for each training to tell.
    assert [row["beer_id"] for row in cloud.part(receipt["part"])] == [ATAK, "12"]


def test_a_release_from_before_twins_were_found_has_none(cloud: Cloud, tmp_path: Path) -> None:
    release(cloud, tmp_path, OLD, ("1", "Old", "Mill", 1))
    file = tmp_path / f"{OLD}.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE aliases")
    cloud.s3.put_object(Bucket=BUCKET, Key=f"releases/{OLD}/catalogue.sqlite", Body=file.read_bytes())
    beers = ServedCatalogue(cloud.s3, cloud.sagemaker, BUCKET, PREFIX).current()
    assert beers is not None
    assert beers.named("1") == ("Old", "Mill")


def test_before_the_first_release_there_is_none(cloud: Cloud) -> None:
    assert ServedCatalogue(cloud.s3, cloud.sagemaker, BUCKET, PREFIX).current() is None


def test_it_is_downloaded_once_and_again_for_another_release_a_minute_later(cloud: Cloud, tmp_path: Path) -> None:
    now = 0.0
    catalogue = ServedCatalogue(cloud.s3, cloud.sagemaker, BUCKET, PREFIX, clock=lambda: now)
    release(cloud, tmp_path, OLD, ("1", "Old", "Mill", 1))
    first = catalogue.current()
    release(cloud, tmp_path, NEW, ("1", "New", "Mill", 1))
    now = 59.0
    assert catalogue.current() is first
    now = 60.0
    second = catalogue.current()
    assert second is not None
    assert second.named("1") == ("New", "Mill")
    now = 120.0
    assert catalogue.current() is second


def test_a_drop_with_another_site_s_id_leaves_the_beer_of_that_id_alone(cloud: Cloud, tmp_path: Path) -> None:
    release(cloud, tmp_path, OLD, ("276", "Sierra Nevada Pale Ale", "Sierra Nevada Brewing Co.", 169))
    receipt = cloud.take_in("a.csv", (HEADER + "4.25,dora,Atak,Pinta,276\n").encode())
    assert [row["beer_id"] for row in cloud.part(receipt["part"])] == [ATAK]
    assert receipt["notes"] == [
        "1 rows: the beer_id is another beer's by brewery and name, so these two tell the beer."
    ]


def test_a_drop_s_metadata_states_the_scale(cloud: Cloud) -> None:
    receipt = cloud.take_in("a.csv", (HEADER + "9,ann,Night,Mill,1\n").encode(), {"scale": "10"})
    assert [row["score"] for row in cloud.part(receipt["part"])] == [4.5]
    assert receipt["notes"] == ["Scores are out of 10, as its metadata says, and count for that share of 5."]
