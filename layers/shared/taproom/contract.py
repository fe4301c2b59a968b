"""What the functions and the training job agree on: keys, columns, servables, metrics, hold-out.

Standard library only, since it travels into the training container as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# The one bucket. A part is named by its source object, a run by what it was trained on, a release
# is a promoted run and keeps the run's name.
INCOMING = "incoming/"
REVIEWS = "reviews/"
# Of the files below incoming/catalogue/: what each gave, what all say together now, and of that what models learn.
CATALOGUE_PARTS = "catalogue/parts/"
LISTINGS = "catalogue/current.json"
CATALOGUE_BEERS = "catalogue/beers/"
REJECTED = "rejected/"
RECEIPTS = "receipts/"
# Of drops that take ingest several invocations, until they are done: what each has left for the next.
UNFINISHED = "unfinished/"
# What was answered and what came of it, by day.
SERVED = "served/"
ERASURES = "erasures/"
CODE = "code/"
RUNS = "runs/"
# What a run's preparation on Spark leaves for its training job: tables, and what they were made with.
PREPARED = "prepared/"
PREPARED_DESCRIPTION = "prepared.json"
ARTIFACTS = "artifacts/"
RELEASES = "releases/"
SNAPSHOTS = "snapshots/"
CHECKPOINTS = "checkpoints/"
TENSORBOARD = "tensorboard/"
# Who did what when: approvals and rollbacks.
AUDIT = "audit/"
# What everybody would be recommended, by release.
BATCH = "batch/"
# What is known of how well the system works: of online quality, what the monitor wrote last.
EVIDENCE = "evidence/"
ONLINE_QUALITY = f"{EVIDENCE}online.json"
# Of drops, by their parts: how unlike they are what the release in service was fitted on.
DRIFT = f"{EVIDENCE}drift/"
EXPERIMENT_REPORT = f"{EVIDENCE}experiment.json"
# A marker for each outcome that is written down and that nobody has been told of yet.
UNTOLD = "untold/"
# A marker for each month whose training budget is used up, once somebody has been told.
BUDGET = "budget/"
# Which releases serve whom, where two of them are tried side by side.
EXPERIMENT = "experiment.json"
# Which release is being rolled out: others wait.
ROLLOUT_LOCK = "rollout-lock.json"
# What tuning found, a JSON object; the template's parameter wins over it, name by name.
HYPERPARAMETERS = "hyperparameters.json"

# Columns of a part, in order. `line` is the row's line in the source file (the header is line 1),
# `dropped_at` the time at which the source object was created: both times are UTC, milliseconds.
PART_COLUMNS = (
    "username",
    "beer_id",
    "beer_name",
    "brewery_name",
    "style",
    "abv",
    "score",
    "text",
    "reviewed_at",
    "dropped_at",
    "line",
)
# Columns of a part of the catalogue, in order, and those of them that models learn.
CATALOGUE_COLUMNS = (
    "beer_id",
    "beer_name",
    "brewery_name",
    "style",
    "abv",
    "retired",
    "price",
    "places",
    "image_url",
    "description",
    "line",
)
LEARNT_COLUMNS = CATALOGUE_COLUMNS[:5]
# Metadata of LISTINGS: the file below CATALOGUE_BEERS that goes with it, empty for none.
LEARNT = "learnt"
# Metadata of a part whose reviews are ratings that came through the API.
RATED = "rated"
# A beer of an answer with a lower propensity than this was not put at its place by the policy, but by chance: a probe.
LEAST_OF_POLICY = 0.5
LOWEST_SCORE = 0.0
HIGHEST_SCORE = 5.0
# Stands for the time of a review that has none, so that every known one (from 1970 on) is later.
UNKNOWN_TIME = -1

RETRIEVAL = "retrieval"
RANKING = "ranking"
SERVABLES = (RETRIEVAL, RANKING)
# One servable in the place of these two. Its signatures are called as they are, and what it answers at once.
FUSED = "fused"
RECOMMENDATION = "recommendation"
# How many beers retrieval hands to ranking (fewer where the catalogue is smaller).
CANDIDATES = 500

# Files beside `retrieval/1/` and `ranking/1/`, or `fused/1/`, in a run's model.tar.gz and under releases/<release>/.
CATALOGUE = "catalogue.sqlite"
METRICS = "metrics.json"
SMOKE_TEST = "smoke_test.json"
REPORT = "report.html"
# Where report.html is silent about what is decided after it is written; recommend fills it in.
VERDICT_PLACE = "<!-- verdict -->"

# The channels of the training job: /opt/ml/input/data/<channel>.
REVIEWS_CHANNEL = "reviews"
SERVING_CHANNEL = "serving"
BEST_CHANNEL = "best"
CATALOGUE_CHANNEL = "catalogue"
SERVED_CHANNEL = "served"
LISTINGS_CHANNEL = "listings"
PREPARED_CHANNEL = "prepared"

_HASH = re.compile(r"[0-9a-f]{12}")
# Letters that Unicode does not take apart, as people without them on the keyboard type them.
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})


def digest(*parts: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of `parts`, in order, kept apart by NUL."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def held_out(username: str, beer_id: str, share: float) -> bool:
    """Whether the review of `beer_id` by `username` is kept from fitting in every run.

    A hash of the pair falls below `share` (0 to 1) of its range. A larger share holds out all
    that a smaller one does, so no row ever moves from the held-out side to the fitted side of a
    model that is compared.
    """
    hashed = hashlib.blake2b(f"{username}\0{beer_id}".encode(), digest_size=4).digest()
    return int.from_bytes(hashed) < share * 2**32


def recency(reviewed_at: Any, part: Any, line: Any) -> tuple[Any, Any, Any]:
    """What tells the latest of a user's reviews of a beer: the highest of these, compared one after the other.

    The review's time (Unix time in milliseconds, or UNKNOWN_TIME), its part, its line in the part's drop. Of single
    reviews, or of arrays of them: `numpy.lexsort(recency(…)[::-1])` has the latest last.
    """
    return reviewed_at, part, line


# So many reviews with a deviation of 0 are added to a user's own, where everybody's scores are adapted to a user.
USER_SHRINKAGE = 5.0


def score_floor(own_mean: Any, ratings: Any) -> Any:
    """Below this predicted score a beer is recommended after all others.

    Half a point below the mean of the user's own scores, and lower by a point divided by the number of their `ratings`:
    a mean of few says little. Of numbers, or of arrays element by element; `ratings` are at least 1.
    """
    return own_mean - 0.5 - 1 / ratings


def beer_id_of(brewery_name: str, beer_name: str) -> str:
    """A stable id for a beer that came without one: a beer name alone does not identify a beer.

    Names that differ in case, blanks or the way in which Unicode writes a letter get the same one.
    """
    return digest(_identity(brewery_name), _identity(beer_name))


def run_id(prefix: str, parts: Iterable[str], code: str, hyperparameters: str, attempt: int = 1) -> str:
    """The name of the run over `parts` (any order): `<prefix>-<12 hex>`, and `-<attempt>` from 2 on.

    The key of the catalogue's beers, where there are any, is one of `parts`.

    `prefix` is that of the stack's names (see `taproom.names`), `code` the hash of the training source,
    `hyperparameters` their canonical JSON.
    """
    content = digest(*sorted(parts), code, hyperparameters)
    return f"{prefix}-{content}" if attempt == 1 else f"{prefix}-{content}-{attempt}"


def is_run_id(name: str, prefix: str) -> bool:
    """Whether `name` is a run of the stack whose names begin with `prefix`, and not with more than that."""
    rest = name.removeprefix(f"{prefix}-")
    return rest != name and re.fullmatch(rf"{_HASH.pattern}(-\d+)?", rest) is not None


def folded(text: str) -> str:
    """Without case and accents, each run of blanks one space: how names are compared and found."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def _identity(name: str) -> str:
    """NFKC, case-folded, each run of blanks one space."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(name.casefold().split())
