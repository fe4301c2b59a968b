"""The models under comparison, by the names that `--only` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, cast

from benchmarks.peers.model import RankingPeer, RetrievalPeer, Settings

Kind = Literal["retrieval", "ranking", "taproom"]


@dataclass(frozen=True)
class Model:
    """`title` is what tables call it; `module` is that of a peer, every one of whose tries has the settings `fixed`.

    With `by_time` it is only asked about later rows; one that is `slow` gets fewer tries of a large file.
    """

    title: str
    kind: Kind
    module: str = ""
    fixed: Settings = field(default_factory=dict)
    by_time: bool = False
    slow: bool = False


MODELS: Mapping[str, Model] = {
    "popularity": Model("popularity", "retrieval", "popularity"),
    "popularity-30": Model("popularity, last 30 days", "retrieval", "popularity", {"days": 30}, by_time=True),
    "popularity-7": Model("popularity, last 7 days", "retrieval", "popularity", {"days": 7}, by_time=True),
    "rp3beta": Model("RP3beta", "retrieval", "rp3beta"),
    "ease": Model("EASE", "retrieval", "ease", slow=True),
    "edlae": Model("EDLAE", "retrieval", "edlae", slow=True),
    "collective-ease": Model("collective EASE", "retrieval", "collective_ease", slow=True),
    "implicit-als": Model("implicit ALS", "retrieval", "implicit_als"),
    "lightfm-warp": Model("LightFM WARP", "retrieval", "lightfm_warp", slow=True),
    "mult-vae": Model("Mult-VAE", "retrieval", "mult_vae", slow=True),
    "global-mean": Model("global mean", "ranking", "global_mean"),
    "bias": Model("user + item bias", "ranking", "bias"),
    "catboost-oof": Model("CatBoost, out-of-fold features", "ranking", "catboost_oof", slow=True),
    "taproom": Model("taproom", "taproom"),
    "taproom-no-cross": Model("taproom without the cross layer", "taproom", fixed={"use_cross_layer": False}),
}


def retrieval_peer(name: str) -> RetrievalPeer:
    return cast(RetrievalPeer, import_module(f"benchmarks.peers.{MODELS[name].module}"))


def ranking_peer(name: str) -> RankingPeer:
    return cast(RankingPeer, import_module(f"benchmarks.peers.{MODELS[name].module}"))


def tries(name: str, most: int) -> Sequence[Settings]:
    """Up to `most` settings of a peer, the likeliest first."""
    peer = import_module(f"benchmarks.peers.{MODELS[name].module}")
    return [{**settings, **MODELS[name].fixed} for settings in peer.SETTINGS[:most]]
