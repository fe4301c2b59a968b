"""The models under comparison, by the names that `--only` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from benchmarks.peers.model import RankingPeer, RetrievalPeer

Kind = Literal["retrieval", "ranking", "taproom"]


@dataclass(frozen=True)
class Model:
    """`title` is what tables call it; `module` is that of a peer."""

    title: str
    kind: Kind
    module: str = ""


MODELS: Mapping[str, Model] = {
    "popularity": Model("popularity", "retrieval", "popularity"),
    "item-cosine": Model("item-item cosine", "retrieval", "item_cosine"),
    "ease": Model("EASE", "retrieval", "ease"),
    "implicit-als": Model("implicit ALS", "retrieval", "implicit_als"),
    "lightfm-warp": Model("LightFM WARP", "retrieval", "lightfm_warp"),
    "global-mean": Model("global mean", "ranking", "global_mean"),
    "bias": Model("user + item bias", "ranking", "bias"),
    "surprise-svd": Model("Surprise SVD", "ranking", "surprise_svd"),
    "catboost-raw": Model("CatBoost, raw categories", "ranking", "catboost_raw"),
    "catboost-oof": Model("CatBoost, out-of-fold features", "ranking", "catboost_oof"),
    "taproom": Model("taproom", "taproom"),
    "taproom-no-cross": Model("taproom without the cross layer", "taproom"),
}
# What a variant changes in taproom's own hyper-parameters; all else is as chosen for taproom.
VARIANTS: Mapping[str, Mapping[str, bool]] = {"taproom-no-cross": {"use_cross_layer": False}}


def retrieval_peer(name: str) -> RetrievalPeer:
    return cast(RetrievalPeer, import_module(f"benchmarks.peers.{MODELS[name].module}"))


def ranking_peer(name: str) -> RankingPeer:
    return cast(RankingPeer, import_module(f"benchmarks.peers.{MODELS[name].module}"))
