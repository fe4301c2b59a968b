"""What a recommend test arranges: bucket, histories and endpoints on moto, with small servables behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse

from taproom import catalogue_file
from taproom.catalogue_file import Beer, BeerNeighbours, DailyReviews

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "drops"
TABLE = "histories"
RATINGS_QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/ratings"
PREFIX = "taproom"
OLD = "taproom-000000000001"
NEW = "taproom-000000000002"
HISTORY = ("history_beer_ids", "history_scores")
EVENTS = Path(__file__).parents[3] / "events"


BEERS = (
    Beer("1", "Pale Ale", "Alder", "American Pale Ale", 5.2, 120, 3.9, 3.88),
    Beer("2", "Stout", "Birch", "Stout", 6.199999809265137, 80, 4.2, 4.15),
    Beer("3", "Table Beer", "Alder", None, None, 10, 3.0, 3.4),
    Beer("4", "Weiße", "Brauhaus Grün", "Berliner Weisse", 3.1, 40, 4.5, 4.3),
)


# How a beer is listed of which no catalogue file says anything.
UNLISTED: dict[str, Any] = {"price": None, "places": [], "image_url": None, "description": None}


def write_catalogue(
    file: Path,
    release: str,
    beers: tuple[Beer, ...] = BEERS,
    ranking_weight: str | None = "0.5",
    daily_reviews: tuple[DailyReviews, ...] = (),
    aliases: Mapping[str, str] | None = None,
    neighbours: Sequence[BeerNeighbours] = (),
) -> None:
    """A real catalogue with a few beers; None for one without a weight."""
    about = {"release": release} | ({} if ranking_weight is None else {"ranking_weight": ranking_weight})
    catalogue_file.write(file, beers, about, daily_reviews, aliases, neighbours)


class EndpointMissing(JsonRESTError):
    """SageMaker's own words for an endpoint that is missing or still being created."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")


class Refused(JsonRESTError):
    """Any other error of the runtime."""

    def __init__(self, kind: str, status: int) -> None:
        super().__init__(kind, "refused")
        self.code = status


@dataclass
class Release:
    """Models that answer from tables: what is near to a beer that was rated, and how beers score.

    The last beer of a history that is in `nearest` decides; retrieval's scores are 1, 0.9, 0.8, …
    """

    name: str
    nearest: Mapping[str, list[str]]
    scores: Mapping[str, float]

    def answer(self, question: str, inputs: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if question == "recommendation":
            further = inputs["further_beer_ids"]
            assert further, "there is one cell at least"
            retrieved = self.answer("retrieval", {name: inputs[name] for name in inputs.keys() - {"further_beer_ids"}})
            return retrieved | {
                "predicted_score": [[self.scores.get(beer_id, 0.0) for beer_id in row] for row in retrieved["beer_id"]],
                "further_predicted_score": [self.scores.get(beer_id, 0.0) for beer_id in further],
            }
        beer_ids, scores = (inputs[name] for name in HISTORY)
        assert [len(row) for row in beer_ids] == [len(row) for row in scores]
        assert all(beer_ids), "a row of history has at least one cell"
        if question == "retrieval":
            assert inputs.keys() == {"username", *HISTORY}
            assert len(inputs["username"]) == len(inputs["history_beer_ids"])
            known = [[beer_id for beer_id in row if beer_id in self.nearest] for row in inputs["history_beer_ids"]]
            found = [self.nearest[row[-1]] if row else ["1", "2", "3", "4"] for row in known]
            return {
                "beer_id": found,
                "score": [[1 - place / 10 for place in range(len(beer_ids))] for beer_ids in found],
                "known": [bool(row) for row in known],
                "release": [self.name] * len(found),
            }
        features = inputs.keys() - set(HISTORY)
        assert features == {"username", "beer_id", "brewery_name", "style", "abv"}
        assert len({len(inputs[name]) for name in features}) == 1
        assert len(set(inputs["username"])) == len(inputs["history_beer_ids"])
        return {
            # Of the trifle that wakes it, nothing is known.
            "score": [self.scores[beer_id] if beer_id else 0.0 for beer_id in inputs["beer_id"]],
            "release": [self.name] * len(inputs["beer_id"]),
        }


@dataclass
class Cloud:
    """`endpoints` maps a name to the release behind it, to a fixed body, or to the error that it raises."""

    s3: Any
    dynamodb: Any
    sqs: Any
    sagemaker: Any
    endpoints: dict[str, Release | bytes | Exception] = field(default_factory=dict)
    # What was asked: endpoint, question, inputs.
    asked: list[tuple[str, str, dict[str, list[Any]]]] = field(default_factory=list)

    def invoke_endpoint(self, asked: BaseResponse) -> tuple[int, dict[str, str], str | bytes]:
        """In place of moto's own, which knows no endpoints: TensorFlow Serving's contract."""
        endpoint = asked.path.split("/")[2]
        key, _, servable = asked.headers["X-Amzn-SageMaker-Custom-Attributes"].partition("=")
        assert key == "tfs-model-name"
        body = json.loads(asked.body)
        question = body["signature_name"] if servable == "fused" else servable
        assert servable == "fused" or body["signature_name"] == "serving_default"
        self.asked.append((endpoint, question, body["inputs"]))
        behind = self.endpoints.get(endpoint, EndpointMissing(endpoint))
        if isinstance(behind, Exception):
            raise behind
        if isinstance(behind, Release):
            behind = json.dumps({"outputs": behind.answer(question, body["inputs"])}).encode()
        return 200, {"Content-Type": "application/json"}, behind

    def keep_catalogue(
        self,
        release: str,
        folder: Path,
        beers: tuple[Beer, ...] = BEERS,
        ranking_weight: str | None = "0.5",
        daily_reviews: tuple[DailyReviews, ...] = (),
        aliases: Mapping[str, str] | None = None,
        neighbours: Sequence[BeerNeighbours] = (),
    ) -> None:
        file = folder / f"{release}-made.sqlite"
        file.unlink(missing_ok=True)
        write_catalogue(file, release, beers, ranking_weight, daily_reviews, aliases, neighbours)
        self.s3.upload_file(str(file), BUCKET, f"releases/{release}/catalogue.sqlite")

    def list_beers(self, beers: Mapping[str, Mapping[str, Any]]) -> None:
        """Have `beers`, by id, listed as ingest lists them, for whoever reads it from now on."""
        body = json.dumps({"written_at": datetime.now(UTC).isoformat(), "parts": [], "beers": beers})
        self.s3.put_object(Bucket=BUCKET, Key="catalogue/current.json", Body=body, Metadata={"learnt": ""})

    def deploy(self, release: str, servable: str, prefix: str = PREFIX) -> None:
        """The endpoint of `servable` as promote would have made it."""
        name = f"{release}-{servable}-0a1b"
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/sagemaker")
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=f"{prefix}-{servable}", EndpointConfigName=name)

    def remember(
        self, username: str, part: str, reviews: Mapping[str, float], reviewed_at: Mapping[str, int] | None = None
    ) -> None:
        self.dynamodb.put_item(
            TableName=TABLE,
            Item={
                "username": {"S": username},
                "part": {"S": part},
                "reviews": {"M": {beer_id: {"N": str(score)} for beer_id, score in reviews.items()}},
                "reviewed_at": {"M": {beer_id: {"N": str(time)} for beer_id, time in (reviewed_at or {}).items()}},
            },
        )


def get(target: str, method: str = "GET", body: Any = None, **headers: str) -> dict[str, Any]:
    """The event for a request to `target`, a path with a query: API Gateway decodes the path once.

    A `body` that is no text is sent as JSON.
    """
    event: dict[str, Any] = json.loads((EVENTS / "recommend_request.json").read_text())
    path, _, query = target.partition("?")
    event["rawPath"] = event["requestContext"]["http"]["path"] = unquote(path)
    event["requestContext"]["http"]["method"] = method
    event["rawQueryString"] = query
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    event.pop("queryStringParameters")
    if query:
        event["queryStringParameters"] = {
            name: ",".join(values) for name, values in parse_qs(query, keep_blank_values=True).items()
        }
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def post(target: str, body: Any, **headers: str) -> dict[str, Any]:
    """The event for a request with a body."""
    return get(target, "POST", body, **headers)


def request(url_segment: str, query: str = "") -> dict[str, Any]:
    """The event for `/users/<url_segment>/recommendations?<query>`."""
    return get(f"/users/{url_segment}/recommendations" + (f"?{query}" if query else ""))


def encoded(username: str) -> str:
    """As JavaScript's encodeURIComponent."""
    return quote(username, safe="!'()*")
