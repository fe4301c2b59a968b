"""How long the models take on a laptop's model server: two hops, one fused hop, and the least it could take."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


def timed(call: Callable[[Any], Any], arguments: Sequence[Any], warm: int) -> list[float]:
    found = []
    for argument in arguments:
        began = time.perf_counter()
        call(argument)
        found.append(1000 * (time.perf_counter() - began))
    return found[warm:]


def floor(beers: int, requests: int, warm: int, width: int = 64) -> list[float]:
    """A matrix product with as many vectors as beers, and the 500 largest in order."""
    import numpy as np

    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((beers, width), np.float32)

    def nearest(query: Any) -> Any:
        scores = vectors @ query
        best = np.argpartition(-scores, min(500, beers - 1))[:500]
        return best[np.argsort(-scores[best])]

    return timed(nearest, list(rng.standard_normal((requests + warm, width), np.float32)), warm)


def hops(release: Path, histories: list[dict[str, float]], folder: Path, warm: int) -> dict[str, list[float]]:
    """The two models one after the other, and the fused one, asked for the same histories."""
    from benchmarks import fused_model
    from local.sagemaker.serving.model_server_process import ModelServer, SavedModel
    from recommend.adapters import tensorflow_serving
    from recommend.catalogue.catalogue import Catalogue

    server = ModelServer(PROJECT, folder / "model-server.log")
    server.start()
    try:
        fused_model.save(release, release / "catalogue.sqlite", folder / "fused")
        for name, place in {"retrieval": release, "ranking": release, "fused": folder}.items():
            server.load(name, SavedModel(place / name / "1", 1))
        with Catalogue(release / "catalogue.sqlite") as catalogue:

            def two(history: dict[str, float]) -> None:
                body = server.predict("retrieval", None, tensorflow_serving.retrieval_request("", [history]))[1]
                (near,) = tensorflow_serving.parse_retrieval(body, 1)
                beers = list(catalogue.beers(near.beer_ids).values())
                asked = tensorflow_serving.ranking_request([""] * len(beers), beers, [history])
                body = server.predict("ranking", None, asked)[1]
                tensorflow_serving.parse_ranking(body, len(beers))

            def one(history: dict[str, float]) -> None:
                status, body = server.predict("fused", None, tensorflow_serving.retrieval_request("", [history]))
                if status != 200:
                    sys.exit(f"The fused model does not answer: {body[:300]!r}")
                json.loads(body)

            return {"two hops": timed(two, histories, warm), "one fused hop": timed(one, histories, warm)}
    finally:
        server.stop()
